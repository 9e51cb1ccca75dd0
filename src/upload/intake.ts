import { InvalidInputError } from "../errors.ts";
import { type ByteChunk, toBytes } from "../bytes.ts";
import { createPartMaker, type Part, type PartMaker } from "../stream/part.ts";
import { createRechunker, type Rechunker } from "../stream/rechunker.ts";

/** What the source was announced to be. */
export interface IntakeOptions {
  /** Bytes in the whole file, if that was said. */
  size?: number | undefined;
  /** Lower-case hex MD5 of the whole file, if that was said. */
  md5?: string | undefined;
  /** Bytes that it may have at most. */
  limit: number;
}

/** Makes parts of the bytes of one file, and holds the file to what was announced. */
export interface Intake {
  /**
   * Counts bytes, before anything is done with them.
   *
   * @throws {InvalidInputError} They are too many.
   */
  count(chunk: ByteChunk): Uint8Array<ArrayBuffer>;
  /** Cuts counted bytes into pieces of the part size; each is filled only when it is asked for. */
  cut(bytes: Uint8Array<ArrayBuffer>, partSize: number): Iterable<Uint8Array<ArrayBuffer>>;
  /** Makes the next part of one piece. */
  hash(piece: Uint8Array<ArrayBuffer>): Promise<Part>;
  /**
   * The source has ended. Returns the last part, if one is left, and what the whole file was.
   *
   * @throws {InvalidInputError} It was empty, or not what was announced.
   */
  end(): Promise<{ last?: Part | undefined; size: number; md5: string }>;
  /** Takes back the buffer of a part that is not needed any more. */
  release(bytes: Uint8Array<ArrayBuffer>): void;
}

/**
 * Makes the intake of one upload.
 *
 * @returns The intake, which has seen no byte.
 */
export function createIntake({ size, md5, limit }: IntakeOptions): Intake {
  let rechunker: Rechunker | undefined;
  let maker: PartMaker | undefined;
  let read = 0;

  async function hash(piece: Uint8Array<ArrayBuffer>): Promise<Part> {
    maker ??= await createPartMaker();
    return await maker.make(piece);
  }

  return {
    count(chunk) {
      const bytes = toBytes(chunk);
      if (read + bytes.length > limit) throw tooLong(read + bytes.length, limit, size);
      read += bytes.length;
      return bytes;
    },
    cut(bytes, partSize) {
      rechunker ??= createRechunker(partSize);
      return rechunker.push(bytes);
    },
    hash,
    async end() {
      if (read === 0) throw new InvalidInputError("Cannot upload the video: the file is empty");
      if (size !== undefined && read !== size) throw tooShort(read, size);
      const rest = rechunker?.flush();
      const last = rest && await hash(rest);
      const file = await maker!.whole();
      if (md5 === undefined || md5 === file.md5) return { last, ...file };
      throw new InvalidInputError(`Cannot upload the video: its MD5 is ${file.md5}, but was to be ${md5}`);
    },
    release: (bytes) => rechunker?.release(bytes),
  };
}

function tooLong(read: number, limit: number, size: number | undefined): InvalidInputError {
  const reason = size === undefined
    ? `it has over ${limit} bytes, and Shopee takes no more`
    : `its size was to be ${size} bytes, but at least ${read} have come`;
  return new InvalidInputError(`Cannot upload the video: ${reason}`);
}

function tooShort(read: number, size: number): InvalidInputError {
  return new InvalidInputError(`Cannot upload the video: it ended after ${read} bytes, but its size was to be ${size}`);
}
