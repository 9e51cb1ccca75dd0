import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

/** How long and how narrow a line is. */
export interface LineOptions {
  /** Bytes a second that it carries, shared by all connections. */
  bandwidth: number;
  /** Ms that a message takes to the server and back. */
  roundTrip: number;
}

/** The way between a client and a server. */
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
export function createLine({ bandwidth, roundTrip }: LineOptions): Line {
  const known = new WeakSet<Socket>();
  let freeAt = 0;

  return {
    async receive(request) {
      // Half a round trip for the request, and a whole one before it for the handshake of a new connection.
      const trips = known.has(request.socket) ? 0.5 : 1.5;
      known.add(request.socket);
      await pause(roundTrip * trips);
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
    },
    async answer() {
      await pause(roundTrip / 2);
    },
  };
}
