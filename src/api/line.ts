import type { TimeLimit } from "../async/time_limit.ts";
import { createWakeUp } from "../async/wake_up.ts";
import { runtime } from "../runtime.ts";

/**
 * The way that the bodies of one upload take, which may be slow: how fast it has been, how many of them share it, and for how
 * long it has stood still.
 */
export interface Line {
  /**
   * Waits until there is room for one more body.
   *
   * @throws The signal's reason, when it fires.
   */
  enter(signal: AbortSignal): Promise<Passage>;
  /** Lets a limit count only while no body is under way, and what a body that failed had stood still. Returns what ends that. */
  spare(limit: TimeLimit): () => void;
}

/** One body on its way. */
export interface Passage {
  /** It sets out, with so many bytes. */
  start(size: number): void;
  /** Some of its bytes were seen to move. */
  moved(): void;
  /** Ms that it may take. This changes with what is learnt of the line. */
  readonly time: number;
  /** Ms that so many bytes of it may take. */
  timeFor(bytes: number): number;
  /** It is over, after so many ms in which the machine was awake, and makes room for another. Only the first word counts. */
  end(how: PassageEnd, awake?: number): void;
}

/**
 * How a body's way ended:
 *
 * - `acknowledged`: all of it has come through;
 * - `answered`: something else was answered, which tells nothing of the line;
 * - `too_slow`: it was cut when its time was over;
 * - `stood_still`: it was cut because nothing moved;
 * - `failed`: the connection broke, or the call was ended.
 */
export type PassageEnd = "acknowledged" | "answered" | "too_slow" | "stood_still" | "failed";

interface Body {
  /** Bytes. */
  size: number;
  /** The most bodies that were under way at once in its time. */
  lanes: number;
  /** By `runtime.elapsed()`. */
  startedAt: number;
}

/** Bytes per ms that any line is taken to carry, all lanes together, as long as nothing is known of it. */
const UNKNOWN_SPEED = 32;
/** A line that carries less is not worth waiting for. */
const LOWEST_SPEED = 1;
/** Ms after which what was seen of the line counts half. */
const HALF_LIFE = 60_000;

/**
 * Makes a line of which nothing is known.
 *
 * Only what Shopee has acknowledged tells its speed: what a runtime calls sent may still be in a buffer of the kernel's. When
 * a body is cut, fewer go in parallel, until some have come through; and when it was too slow, what was known of the line
 * holds no more.
 */
export function createLine(): Line {
  const change = createWakeUp();
  const underWay = new Set<Body>();
  const spared = new Set<TimeLimit>();
  let entered = 0;
  let mostLanes = Infinity;
  let cutAt = -Infinity;
  /** Bytes per ms that are counted on. */
  let speed = UNKNOWN_SPEED;
  let forgottenAt = -Infinity;
  /** Bytes acknowledged, and the ms with a body under way in which they were. */
  let acked = 0;
  let busy = 0;
  let countedAt = 0;
  let movedAt = 0;

  function count(): void {
    const now = runtime.elapsed();
    const ms = underWay.size > 0 ? now - countedAt : 0;
    const rest = 2 ** (-ms / HALF_LIFE);
    acked *= rest;
    busy = busy * rest + ms;
    countedAt = now;
  }

  function learn({ size, lanes, startedAt }: Body): void {
    const took = runtime.elapsed() - startedAt;
    acked += size;
    if (startedAt < forgottenAt) busy = Math.max(busy, took);
    // If all lanes are as fast as this one was. They may have had to wait for each other instead: beyond what any line is
    // taken to carry, no more is counted on than is known to have come through. Half, since lines get slower, too.
    const likely = size * lanes / took;
    const sure = acked / busy;
    speed = Math.max(LOWEST_SPEED, Math.min(likely / 2, Math.max(UNKNOWN_SPEED, sure / 2)));
    mostLanes++;
  }

  function narrow(how: "too_slow" | "stood_still", { startedAt }: Body): void {
    // Bodies that were under way together are cut together: that is one lesson, not three.
    if (startedAt < cutAt) return;
    cutAt = runtime.elapsed();
    mostLanes = Math.max(1, Math.min(mostLanes, Math.floor(underWay.size / 2)));
    if (how === "stood_still") return;
    speed = Math.max(LOWEST_SPEED, Math.min(UNKNOWN_SPEED, speed / 2));
    forgottenAt = cutAt;
    acked = busy = 0;
  }

  function createPassage(): Passage {
    const body: Body = { size: 0, lanes: 0, startedAt: 0 };
    let state: "entered" | "under way" | "over" = "entered";
    const timeFor = (bytes: number) => bytes * body.lanes / speed;

    return {
      start(size) {
        count();
        state = "under way";
        body.size = size;
        body.startedAt = runtime.elapsed();
        if (underWay.size === 0) {
          movedAt = body.startedAt;
          for (const limit of spared) limit.pause();
        }
        underWay.add(body);
        for (const other of underWay) other.lanes = Math.max(other.lanes, underWay.size);
      },
      moved: () => void (movedAt = runtime.elapsed()),
      get time() {
        return timeFor(body.size);
      },
      timeFor,
      end(how, awake = 0) {
        if (state === "over") return;
        if (state === "under way") {
          count();
          if (how === "acknowledged") learn(body);
          if (how === "too_slow" || how === "stood_still") narrow(how, body);
          underWay.delete(body);
          const now = runtime.elapsed();
          const stoodStill = how === "acknowledged" || how === "answered" ? 0 : Math.min(awake, now - movedAt);
          movedAt = now;
          for (const limit of spared) {
            limit.spend(stoodStill);
            if (underWay.size === 0) limit.resume();
          }
        }
        state = "over";
        entered--;
        change.wake();
      },
    };
  }

  return {
    async enter(signal) {
      signal.throwIfAborted();
      while (entered >= mostLanes) await change.wait(signal);
      entered++;
      return createPassage();
    },
    spare(limit) {
      spared.add(limit);
      if (underWay.size > 0) limit.pause();
      return () => spared.delete(limit);
    },
  };
}
