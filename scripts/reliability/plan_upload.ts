import type { VideoModule, VideoSource } from "../../mod.ts";
import type { Random } from "./create_random.ts";
import { noise } from "./noise.ts";

/** One upload of a soak. */
export interface PlannedUpload {
  module: VideoModule;
  bytes: Uint8Array<ArrayBuffer>;
  /** Makes the source; `fail` is called when its bytes break off. */
  source(): VideoSource;
  concurrency: number;
  /** Milliseconds until the user gives up, if he does. */
  abortAfter?: number;
  /** What the source fails with, if it does. */
  sourceError?: Error;
}

const KIB = 1024;

/**
 * Plans an upload: its module, size, kind of source, and what its user does to it.
 *
 * @param random The dice.
 * @param index Number of the upload.
 * @returns The plan.
 */
export function planUpload(random: Random, index: number): PlannedUpload {
  const module = random.pick(["media_space", "media"] as const);
  const largest = random.pick([4, 100, 300, 300, 1_000, 1_000, module === "media" ? 4_000 : 9_000]) * KIB;
  const bytes = noise(random.whole(1, largest), index);
  const kind = random.pick(["blob", "bytes", "stream", "iterable"] as const);
  const chunkSize = random.whole(bytes.length >> 5, bytes.length) + 1;
  const sourceError = kind === "stream" && random.next() < 0.2 ? new Error("The source has failed") : undefined;

  async function* chunks(): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    const end = sourceError === undefined ? bytes.length : bytes.length >> 1;
    for (let start = 0; start < end; start += chunkSize) yield bytes.slice(start, Math.min(end, start + chunkSize));
    if (sourceError !== undefined) throw sourceError;
  }
  const sources: Record<typeof kind, () => VideoSource> = {
    blob: () => new Blob([bytes]),
    bytes: () => bytes,
    stream: () => streamOf(chunks()),
    iterable: chunks,
  };
  return {
    module,
    bytes,
    source: sources[kind],
    concurrency: random.whole(1, 4),
    abortAfter: random.next() < 0.05 ? random.whole(0, 300) : undefined,
    sourceError,
  };
}

function streamOf<T>(iterator: AsyncIterator<T>): ReadableStream<T> {
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await iterator.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
  });
}
