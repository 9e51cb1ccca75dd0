import type { TextOutput } from "../command_context.ts";
import { narrateProgress } from "./narrate_progress.ts";
import type { DisplayedUpload, ProgressDisplay } from "./progress_display.ts";

/** A log wants no more than one line for each tenth of the bytes, and no more than one in so many ms. */
const PAUSE_MS = 1_000;

/**
 * Shows progress as lines, for a log file or a pipe: one for each new phase, and some on the way.
 *
 * @param output Takes the lines.
 * @param now Milliseconds on a steady clock.
 * @returns The display.
 */
export function createLineDisplay(output: TextOutput, now: () => number = () => performance.now()): ProgressDisplay {
  let closed = false;

  function begin(name: string): DisplayedUpload {
    const narrate = narrateProgress(now);
    let last = { phase: "", tenth: 0, at: 0 };
    return {
      update(progress): void {
        const { phase, fraction, text } = narrate(progress);
        const next = { phase, tenth: Math.floor(fraction * 10), at: now() };
        const isDue = next.tenth > last.tenth && next.at - last.at >= PAUSE_MS;
        if (closed || phase === "done" || (phase === last.phase && !isDue)) return;
        last = next;
        output.write(`${name}: ${text}\n`);
      },
      end(): void {},
    };
  }
  return { begin, aside: (write) => write(), close: () => void (closed = true) };
}
