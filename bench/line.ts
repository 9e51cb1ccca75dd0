import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import type { BenchServerOptions } from "./server_options.ts";

/** The way between a client and the server. */
export interface Line {
  /** Takes a request's body in, no faster than the line carries it, and tells its size. */
  receive(request: IncomingMessage): Promise<number>;
  /** Lets the answer travel. */
  answer(): Promise<void>;
}

/** How late a timer may be, in ms, without the line losing capacity over it. */
const TIMER_SLACK = 10;

/**
 * Makes a line. What waits in the sockets' buffers counts as not sent yet, since the server takes no more out of them
 * than the line would have carried.
 *
 * @param options How long and how narrow it is.
 * @returns The line.
 */
export function createLine(options: BenchServerOptions): Line {
  const { bandwidth = Infinity, roundTrip = 0 } = options;
  const known = new WeakSet<Socket>();
  let freeAt = 0;

  /** Half a round trip for the request, and a whole one before for the handshake of a new connection. */
  async function arrive({ socket }: IncomingMessage): Promise<void> {
    const trips = known.has(socket) ? 0.5 : 1.5;
    known.add(socket);
    if (roundTrip > 0) await pause(roundTrip * trips);
  }

  async function receivePaced(request: IncomingMessage): Promise<number> {
    await arrive(request);
    let size = 0;
    let due = performance.now();
    for await (const chunk of request) {
      // More had been waiting since `due`: that the timer was late is no loss of the line.
      const ready = Math.max(due, performance.now() - TIMER_SLACK);
      freeAt = due = Math.max(freeAt, ready) + chunk.length / bandwidth * 1000;
      size += chunk.length;
      await pause(Math.max(0, due - performance.now()));
    }
    return size;
  }

  function receiveAtOnce(request: IncomingMessage): Promise<number> {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    let size = 0;
    request.on("data", (chunk: Uint8Array) => size += chunk.length);
    request.on("end", () => resolve(size));
    request.on("error", reject);
    return promise;
  }

  return {
    receive: bandwidth === Infinity && roundTrip === 0 ? receiveAtOnce : receivePaced,
    async answer() {
      if (roundTrip > 0) await pause(roundTrip / 2);
    },
  };
}
