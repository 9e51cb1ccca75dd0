import { onTestFinished } from "vitest";
import type { Fetch, FetchAnswer } from "../../mod.ts";
import { replaceRuntime } from "../../src/runtime.ts";
import { quiet, settle, type Settled } from "./settle.ts";

/** How a line is, to begin with. */
export interface SimulatedLineOptions {
  /** Bytes per ms, for all requests together. */
  speed: number;
  /** Whether all requests get the same share, or each waits for those before it. @default "equal" */
  share?: "equal" | "in turn";
}

/** A line to a Shopee that takes anything, on a clock of its own: what takes an hour there is over in a moment. */
export interface SimulatedLine {
  fetch: Fetch;
  /** Bytes per ms from now on; at 0 nothing moves any more. */
  setSpeed(speed: number): void;
  /** Breaks all connections; `silently` leaves both ends to find that out. */
  breakAll(how?: "silently"): void;
  /** Ms since the start, in which the machine was awake or not. */
  now(): number;
  /** Calls `run` after so many ms. */
  at(ms: number, run: () => void): void;
  /** Lets the machine sleep now. Its `elapsed` may go on meanwhile, which makes every timer late, or stand still. */
  sleep(ms: number, options: { elapsed: "goes on" | "stands still" }): void;
  /** Lets time pass until something has settled. */
  during<T>(work: Promise<T>): Promise<Settled<T>>;
  /** For each part that was sent: how many were under way then, with it. */
  lanes: number[];
}

interface Transfer {
  left: number;
  arrive(): void;
  fail(error: Error): void;
}

interface FakeTimer {
  due: number;
  run: () => void;
}

/** Puts a clock into the machine's place, for the rest of the test, and makes a line on it. */
export function simulateLine({ speed, share = "equal" }: SimulatedLineOptions): SimulatedLine {
  const startedAt = Date.now();
  const timers = new Set<FakeTimer>();
  const transfers = new Set<Transfer>();
  const lanes: number[] = [];
  let elapsed = 0;
  let slept = 0;
  let movedAt = 0;
  let nextArrival: FakeTimer | undefined;

  function setTimer(run: () => void, ms: number): FakeTimer {
    const timer = { due: elapsed + ms, run };
    timers.add(timer);
    return timer;
  }

  /** Bytes per ms of the transfer at this place. */
  function speedOf(place: number): number {
    if (share === "equal") return speed / transfers.size;
    return place === 0 ? speed : 0;
  }

  /** Moves all bytes up to now, and finds out when the next transfer is through. */
  function move(): void {
    const ms = elapsed - movedAt;
    movedAt = elapsed;
    [...transfers].forEach((transfer, place) => transfer.left -= speedOf(place) * ms);
    for (const transfer of [...transfers].filter(({ left }) => left < 1e-6)) {
      transfers.delete(transfer);
      transfer.arrive();
    }
    if (nextArrival !== undefined) timers.delete(nextArrival);
    const waits = [...transfers].map(({ left }, place) => left / speedOf(place)).filter(Number.isFinite);
    nextArrival = waits.length > 0 ? setTimer(move, Math.min(...waits)) : undefined;
  }

  function carry(size: number, signal: AbortSignal): Promise<void> {
    move();
    return new Promise((resolve, reject) => {
      const leave = (then: () => void) => {
        signal.removeEventListener("abort", onAbort);
        then();
      };
      const transfer: Transfer = {
        left: size,
        arrive: () => leave(resolve),
        fail: (error) => leave(() => reject(error)),
      };
      const onAbort = () => {
        move();
        transfers.delete(transfer);
        move();
        reject(signal.reason);
      };
      signal.addEventListener("abort", onAbort);
      transfers.add(transfer);
      move();
    });
  }

  async function fetch(url: string, { body, signal }: Parameters<Fetch>[1]): Promise<FetchAnswer> {
    const name = new URL(url).pathname.split("/").at(-1)!;
    if (name === "upload_video_part") {
      lanes.push(transfers.size + 1);
      await carry(body!.length, signal);
    }
    const response = {
      init_video_upload: { video_upload_id: "sg_1", part_size: 10_485_760 },
      get_video_upload_result: { status: "SUCCEEDED", video_info: { video_url: "https://v", duration: 12 } },
    }[name];
    return Response.json({ error: "", message: "", request_id: "1", response });
  }

  onTestFinished(replaceRuntime({
    now: () => startedAt + elapsed + slept,
    elapsed: () => elapsed,
    setTimer,
    clearTimer: (timer) => void timers.delete(timer as FakeTimer),
    // Takes no real time.
    hmacSha256: () => () => Promise.resolve("0".repeat(64)),
  }));

  return {
    fetch,
    lanes,
    setSpeed(bytesPerMs) {
      move();
      speed = bytesPerMs;
      move();
    },
    breakAll(how) {
      for (const transfer of how === "silently" ? [] : transfers) {
        transfer.fail(Object.assign(new Error("read"), { code: "ECONNRESET" }));
      }
      transfers.clear();
      move();
    },
    now: () => elapsed + slept,
    at: (ms, run) => void setTimer(run, ms - elapsed),
    sleep(ms, options) {
      move();
      if (options.elapsed === "goes on") elapsed += ms;
      else slept += ms;
      movedAt = elapsed;
    },
    async during(work) {
      const settled = settle(work);
      let isOver = false;
      void settled.then(() => isOver = true);
      while (true) {
        await quiet();
        if (isOver) return await settled;
        const [next] = [...timers].sort((a, b) => a.due - b.due);
        if (next === undefined) throw new Error("Nothing is waited for, and nothing has come of it");
        elapsed = Math.max(elapsed, next.due);
        timers.delete(next);
        next.run();
      }
    },
  };
}
