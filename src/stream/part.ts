import { type ByteChunk, toBytes } from "../bytes.ts";
import { defaultBackend } from "./md5/default_backend.ts";

/** One part of a file, hashed and ready to be sent. */
export interface Part {
  /** Number of the part, from 0. */
  seq: number;
  /** The part's bytes. */
  bytes: Uint8Array<ArrayBuffer>;
  /** Lower-case hex MD5 of `bytes`. */
  md5: string;
}

/** Makes the parts of one file: numbers and hashes them, and the whole file with them. */
export interface PartMaker {
  /**
   * Makes the next part. Each byte is read once, for both digests.
   *
   * @throws {TypeError} The chunk is no bytes.
   */
  make(bytes: ByteChunk): Part;
  /** Returns the size in bytes and the lower-case hex MD5 of all parts so far. */
  whole(): { size: number; md5: string };
}

/**
 * Makes a {@linkcode PartMaker}. It needs no closing, and any number may be alive at once.
 *
 * @returns The maker, which has made no part.
 */
export async function createPartMaker(): Promise<PartMaker> {
  const hasher = (await defaultBackend()).createPartHasher();
  let seq = 0;
  let size = 0;

  return {
    make(chunk) {
      const bytes = toBytes(chunk);
      size += bytes.length;
      return { seq: seq++, bytes, md5: hasher.hashPart(bytes) };
    },
    whole: () => ({ size, md5: hasher.digest() }),
  };
}
