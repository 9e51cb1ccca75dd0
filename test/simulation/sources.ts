import type { PartSource } from "../../src/upload/source/part_source.ts";
import type { UploadPlan } from "./plan_world.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** What a source does beside giving its bytes. */
export interface SourceOptions {
  bytes: Bytes;
  plan: UploadPlan;
  /** Ms for which it gives nothing before a chunk. */
  stalls: ReadonlyMap<number, number>;
  /** What it fails with, and before which chunk. */
  failure?: { chunk: number; error: Error } | undefined;
  /** Waits, by no timer of the client's. */
  rest: (ms: number) => Promise<void>;
  /** Called with how many bytes were taken of it, each time that more are asked for. */
  onRead: (bytes: number) => void;
}

/** Gives the bytes in chunks, with all pauses, stalls and failures. */
export async function* chunksOf({ bytes, plan, stalls, failure, rest, onRead }: SourceOptions): AsyncGenerator<Bytes> {
  const { chunk: size, pause } = plan;
  for (let start = 0, chunk = 0; start < bytes.length || chunk === failure?.chunk; start += size, chunk++) {
    onRead(Math.min(start, bytes.length));
    const ms = (stalls.get(chunk) ?? 0) + pause;
    if (ms > 0) await rest(ms);
    if (chunk === failure?.chunk) throw failure.error;
    yield bytes.slice(start, start + size);
  }
  onRead(bytes.length);
}

/** The same, of a kind that reads its parts by itself, into as many buffers as it is told. */
export function partSourceOf(options: SourceOptions): PartSource {
  const { bytes, plan: { pause }, stalls, failure, rest } = options;
  let alive = 0;
  let wake = () => {};
  return {
    size: bytes.length,
    name: "video.mp4",
    slice: (start, end) => ({ arrayBuffer: () => Promise.resolve(bytes.slice(start, end).buffer) }),
    async *parts(partSize, { buffers, signal }) {
      alive = 0;
      const onAbort = () => wake();
      signal.addEventListener("abort", onAbort, { once: true });
      try {
        for (let start = 0, part = 0; start < bytes.length; start += partSize, part++) {
          while (alive >= buffers && !signal.aborted) await new Promise<void>((resolve) => wake = resolve);
          if (signal.aborted) return;
          const ms = (stalls.get(part) ?? 0) + pause;
          if (ms > 0) await rest(ms);
          if (part === failure?.chunk) throw failure.error;
          alive++;
          yield bytes.slice(start, start + partSize);
        }
      } finally {
        signal.removeEventListener("abort", onAbort);
      }
    },
    release(part) {
      // Nobody may read in it any more.
      part.fill(0xee);
      alive--;
      wake();
    },
  };
}

/** A stream of the same chunks. Who cancels it need not wait for one that hangs. */
export function streamOf(options: SourceOptions): ReadableStream<Bytes> {
  const chunks = chunksOf(options);
  return new ReadableStream<Bytes>({
    async pull(controller) {
      const { done, value } = await chunks.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: () => void chunks.return(undefined).catch(() => {}),
  }, { highWaterMark: 0 });
}
