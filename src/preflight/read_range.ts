import type { ReadableFile } from "./readable_file.ts";

/** Reads the bytes from `start` to `end` (exclusive) of a blob; a signal that fires ends the wait at once. */
export async function readRange(
  blob: ReadableFile,
  range: { start: number; end: number; signal?: AbortSignal },
): Promise<Uint8Array<ArrayBuffer>> {
  const { start, end, signal } = range;
  signal?.throwIfAborted();
  const reading = blob.slice(start, end).arrayBuffer();
  if (signal === undefined) return new Uint8Array(await reading);

  const aborted = Promise.withResolvers<never>();
  const onAbort = () => aborted.reject(signal.reason);
  signal.addEventListener("abort", onAbort);
  try {
    return new Uint8Array(await Promise.race([reading, aborted.promise]));
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
