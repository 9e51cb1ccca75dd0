import { LONGEST_TIMER, runtime, type Timer } from "../../runtime.ts";

/** Work that is put off, by a clock that goes as fast as the machine's, and can be moved forward. */
export interface Timetable {
  /** Does the work after that many milliseconds. */
  add(ms: number, work: Work): void;
  /** Moves the clock, and does what comes due in its order. Resolves when it is done. */
  advance(ms: number): Promise<void>;
}

/** Must not fail. */
type Work = () => Promise<void>;

interface Entry {
  due: number;
  work: Work;
  timer?: Timer | undefined;
}

/** Creates a timetable with nothing in it. Nothing is done any more once `closing` has aborted. */
export function createTimetable(closing: AbortSignal): Timetable {
  const waiting = new Set<Entry>();
  const running = new Set<Promise<void>>();
  let ahead = 0;
  const now = () => runtime.elapsed() + ahead;

  function wind(entry: Entry): void {
    runtime.clearTimer(entry.timer);
    const left = entry.due - now();
    entry.timer = left > LONGEST_TIMER
      ? runtime.setTimer(() => wind(entry), LONGEST_TIMER)
      : runtime.setTimer(() => run(entry), Math.max(0, left));
  }

  function run(entry: Entry): void {
    runtime.clearTimer(entry.timer);
    waiting.delete(entry);
    const ended = entry.work().finally(() => running.delete(ended));
    running.add(ended);
  }

  closing.addEventListener("abort", () => {
    for (const { timer } of waiting) runtime.clearTimer(timer);
    waiting.clear();
  }, { once: true });

  return {
    add(ms, work) {
      if (closing.aborted) return;
      const entry = { due: now() + ms, work };
      waiting.add(entry);
      wind(entry);
    },
    async advance(ms) {
      const end = now() + ms;
      while (true) {
        // What they put off may come due, too.
        await Promise.all(running);
        const [next] = [...waiting].sort((a, b) => a.due - b.due);
        if (next === undefined || next.due > end) break;
        ahead += Math.max(0, next.due - now());
        run(next);
      }
      ahead += Math.max(0, end - now());
      for (const entry of waiting) wind(entry);
    },
  };
}
