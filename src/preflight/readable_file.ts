import { raceSignal } from "../async/signals.ts";
import { InvalidInputError } from "../errors.ts";

/** A file of which any range can be read: every `Blob` is one, and so is a `fileSource` of `shopee-media/node`. */
export interface ReadableFile {
  /** Bytes in the file. */
  readonly size: number;
  /**
   * Chooses a range, as `Blob.slice` does.
   *
   * @param start First byte.
   * @param end First byte that does not belong to it; may lie behind the end of the file.
   * @returns What reads it.
   */
  slice(start: number, end: number): { arrayBuffer(): Promise<ArrayBuffer> };
}

/** Options of the functions that look into a file. */
export interface InspectOptions {
  /** Ends the inspection, which then rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
}

/** Reads the bytes from `start` to `end` (exclusive); a signal that fires ends the wait at once. */
export async function readRange(
  file: ReadableFile,
  range: { start: number; end: number; signal?: AbortSignal | undefined },
): Promise<Uint8Array<ArrayBuffer>> {
  const { start, end, signal } = range;
  signal?.throwIfAborted();
  return new Uint8Array(await raceSignal(file.slice(start, end).arrayBuffer(), signal));
}

/**
 * The content of a file cannot be understood. To callers it is an {@linkcode InvalidInputError} like any other; in here
 * it is told apart from those that a source throws when it cannot be read.
 */
export class UnreadableFileError extends InvalidInputError {
  /** What is wrong, to be listed with other broken rules. */
  readonly reason: string;

  constructor(what: "video" | "image", reason: string, cause?: unknown) {
    super(`Cannot read the ${what}: ${reason}`, { cause });
    this.reason = reason;
  }
}

/** The error that says why a file cannot be understood. */
export function unreadable(what: "video" | "image", reason: string, cause?: unknown): UnreadableFileError {
  return new UnreadableFileError(what, reason, cause);
}
