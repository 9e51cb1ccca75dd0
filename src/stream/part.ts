import { type ByteChunk, toBytes } from "../bytes.ts";
import { defaultBackend } from "./md5/default_backend.ts";
import type { PartHasher } from "./md5/md5_backend.ts";
import { loadWorkersHasher } from "./md5/workers_hasher.ts";

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
   * @throws {InvalidInputError} The chunk is no bytes.
   */
  make(bytes: ByteChunk): Promise<Part>;
  /** Returns the size in bytes and the lower-case hex MD5 of all parts. No part may follow. */
  whole(): Promise<{ size: number; md5: string }>;
}

/**
 * Makes a {@linkcode PartMaker}. It needs no closing, and any number may be alive at once.
 *
 * @returns The maker, which has made no part.
 */
export async function createPartMaker(): Promise<PartMaker> {
  const hasher = await createHasher();
  let seq = 0;
  let size = 0;

  return {
    async make(chunk) {
      const part = { seq: seq++, bytes: toBytes(chunk) };
      size += part.bytes.length;
      return { ...part, md5: await hasher.hashPart(part.bytes) };
    },
    whole: async () => ({ size, md5: await hasher.digest() }),
  };
}

let workersHasher: ReturnType<typeof loadWorkersHasher> | undefined;

async function createHasher(): Promise<PartHasher> {
  workersHasher ??= loadWorkersHasher();
  const create = await workersHasher;
  return create === undefined ? (await defaultBackend()).createPartHasher() : create();
}
