import { createWakeUp } from "../async/wake_up.ts";
import type { Part } from "./part.ts";

/** Options of {@linkcode createPartPool}. */
export interface PartPoolOptions {
  /** Parts in flight at once, at least 1. */
  concurrency: number;
  /** Stops the pool: no other part begins, and those in flight hear of it. */
  signal: AbortSignal;
  /** Sends one part. */
  upload: (part: Part, signal: AbortSignal) => Promise<unknown>;
  /** Called with the error of each part that fails. The pool itself goes on: whoever owns `signal` decides. */
  onError: (error: unknown) => void;
}

/** Sends parts side by side. */
export interface PartPool {
  /** Begins with a part as soon as there is room for it. A pool that was stopped drops it. */
  add(part: Part): Promise<void>;
  /**
   * Lets a part that is in flight be the next to be sent, for a server that takes parts in their order alone: waits until
   * all parts before it have ended. From here on parts begin one after the other.
   *
   * @throws The signal's reason, when it fires.
   */
  inOrder(part: Part): Promise<void>;
  /** Parts in flight. */
  readonly size: number;
  /** Waits until no part is in flight, or the pool was stopped. */
  idle(): Promise<void>;
  /** Waits until no part is in flight, also after a stop. */
  settled(): Promise<void>;
}

/**
 * Makes a {@linkcode PartPool}. It is full from the first part to the last: a part that ends makes room for the next,
 * whichever it is.
 *
 * @returns The pool, empty.
 */
export function createPartPool({ concurrency, signal, upload, onError }: PartPoolOptions): PartPool {
  const ended = createWakeUp();
  const inFlight = new Set<Part>();
  let limit = concurrency;
  signal.addEventListener("abort", ended.wake, { once: true });

  async function send(part: Part): Promise<void> {
    inFlight.add(part);
    try {
      await upload(part, signal);
    } catch (error) {
      onError(error);
    } finally {
      inFlight.delete(part);
      ended.wake();
    }
  }

  return {
    async add(part) {
      while (inFlight.size >= limit && !signal.aborted) await ended.wait();
      if (signal.aborted) return;
      // Not awaited: the next part may come while this one is on its way.
      void send(part);
    },
    async inOrder({ seq }) {
      limit = 1;
      while ([...inFlight].some((other) => other.seq < seq)) await ended.wait(signal);
    },
    get size() {
      return inFlight.size;
    },
    async idle() {
      while (inFlight.size > 0 && !signal.aborted) await ended.wait();
    },
    async settled() {
      while (inFlight.size > 0) await ended.wait();
    },
  };
}
