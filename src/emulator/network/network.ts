import { pause } from "../pause.ts";

/** How far and how narrow the way to the emulator is, for benches. */
export interface NetworkOptions {
  /** Milliseconds added to every request. @default 0 */
  latency?: number;
  /** Bytes a second at which request bodies arrive, shared by all of them. @default unlimited */
  bandwidth?: number;
  /** Milliseconds that the platform takes for a part after having received it. @default 0 */
  partDelay?: number;
}

/** The way to the emulator. */
export interface Network {
  /** Waits as long as the way is. */
  travel(signal: AbortSignal): Promise<void>;
  /** The request, with a body that arrives no faster than the way allows. */
  narrow(request: Request, signal: AbortSignal): Request;
  /** Waits as long as the platform is busy with a part. */
  workOnPart(signal: AbortSignal): Promise<void>;
}

/**
 * Creates the way.
 *
 * @throws {RangeError} When a number cannot be.
 */
export function createNetwork({ latency = 0, bandwidth = Infinity, partDelay = 0 }: NetworkOptions = {}): Network {
  if (!(latency >= 0)) throw new RangeError(`latency must be 0 or more ms, not ${latency}`);
  if (!(partDelay >= 0)) throw new RangeError(`partDelay must be 0 or more ms, not ${partDelay}`);
  if (!(bandwidth > 0)) throw new RangeError(`bandwidth must be more than 0 bytes a second, not ${bandwidth}`);
  let freeAt = 0;

  async function carry(bytes: number, signal: AbortSignal): Promise<void> {
    const now = performance.now();
    freeAt = Math.max(now, freeAt) + (bytes / bandwidth) * 1000;
    await pause(freeAt - now, signal);
  }

  return {
    travel: (signal) => pause(latency, signal),
    workOnPart: (signal) => pause(partDelay, signal),
    narrow(request, signal) {
      if (bandwidth === Infinity || request.body === null) return request;
      const body = request.body.pipeThrough(
        new TransformStream<Uint8Array, Uint8Array>({
          async transform(chunk, controller) {
            await carry(chunk.length, signal);
            controller.enqueue(chunk);
          },
        }),
      );
      const { url, method, headers } = request;
      // Only fetch's own types lack `duplex`, without which a body that is a stream is refused.
      const init: RequestInit & { duplex: "half" } = { method, headers, body, duplex: "half" };
      return new Request(url, init);
    },
  };
}
