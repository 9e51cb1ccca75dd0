import { sleep } from "../../async/sleep.ts";
import { type Connection, ConnectionReset } from "../server/connection.ts";
import type { Fault } from "./fault.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** What {@linkcode brokenBody} needs besides the body. */
export interface BrokenBodyOptions {
  /** `cut`, `stall-middle` or `slow`. */
  fault: Fault;
  /** By which the body goes out. */
  connection: Connection;
  /** Ends all waiting. */
  signal: AbortSignal;
}

/** Servers put off what they write for a moment: in this many ms half a body is surely under way. */
const FLUSH_TIME = 20;

/** Sends a body as badly as a fault has it. */
export function brokenBody(body: Bytes, { fault, connection, signal }: BrokenBodyOptions): ReadableStream<Bytes> {
  const steps = sendSteps(body, fault, signal);
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await steps.next();
        if (done) controller.close();
        else controller.enqueue(value);
      } catch (error) {
        if (connection.cut === undefined) throw error;
        connection.cut();
        controller.close();
      }
    },
    cancel() {
      // Not awaited: a generator that waits returns only when its wait is over.
      steps.return();
    },
  }, { highWaterMark: 0 });
}

async function* sendSteps(body: Bytes, fault: Fault, signal: AbortSignal): AsyncGenerator<Bytes, void> {
  if (fault.kind === "slow") {
    for (let index = 0; index < body.length; index++) {
      await sleep(1000 / (fault.bytesPerSecond ?? 1), signal);
      yield body.subarray(index, index + 1);
    }
    return;
  }
  const half = body.length >> 1;
  yield body.subarray(0, half);
  await sleep(fault.kind === "cut" ? FLUSH_TIME : fault.ms ?? Infinity, signal);
  if (fault.kind === "cut") throw new ConnectionReset();
  yield body.subarray(half);
}
