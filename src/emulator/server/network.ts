import { sleep } from "../../async/sleep.ts";
import { runtime } from "../../runtime.ts";
import { checkOptions, isNumber, MILLISECONDS, type Rules } from "../check_options.ts";

/** How far and how narrow the way to the emulator is, for benches. */
export interface NetworkOptions {
  /** Milliseconds added to every request. @default 0 */
  latency?: number | undefined;
  /** Bytes a second at which request bodies arrive, shared by all of them. @default unlimited */
  bandwidth?: number | undefined;
  /** Milliseconds that the platform takes for a part after having received it. @default 0 */
  partDelay?: number | undefined;
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

const RULES: Rules<NetworkOptions> = {
  latency: MILLISECONDS,
  bandwidth: ["more than 0 bytes a second", (value) => isNumber(value) && value > 0],
  partDelay: MILLISECONDS,
};

/**
 * Creates the way.
 *
 * @throws {InvalidInputError} When an option is unknown or out of range.
 */
export function createNetwork(options: NetworkOptions = {}): Network {
  const { latency = 0, bandwidth = Infinity, partDelay = 0 } = checkOptions("network", options, RULES);
  let freeAt = 0;

  async function carry(bytes: number, signal: AbortSignal): Promise<void> {
    const now = runtime.elapsed();
    freeAt = Math.max(now, freeAt) + (bytes / bandwidth) * 1000;
    await sleep(freeAt - now, signal);
  }

  return {
    travel: (signal) => wait(latency, signal),
    workOnPart: (signal) => wait(partDelay, signal),
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

/** A way without length takes no turn of the event loop, which would be a millisecond for every request. */
async function wait(ms: number, signal: AbortSignal): Promise<void> {
  if (ms > 0) await sleep(ms, signal);
}

/** What a server knows of the connection by which a request came. */
export interface Connection {
  /** Aborts when the client has gone away before it was answered. */
  gone: AbortSignal;
  /** Ends the connection in the middle of an answer, where the server can do that. */
  cut?: (() => void) | undefined;
}

/**
 * Thrown out of the emulator's app when a request gets no answer, on purpose or because nobody is there to hear it: a
 * server cuts the connection then, and `fetch` without a server rejects with it, as a `TypeError`, as the global
 * `fetch` does.
 */
export class ConnectionReset extends TypeError {
  override readonly name = "TypeError";

  constructor() {
    super("fetch failed: the connection was reset");
  }
}
