import { basename } from "node:path";
import { MultiBar, Presets, type SingleBar } from "cli-progress";
import type { TextOutput } from "../command_context.ts";
import { narrateProgress, type ProgressView } from "./narrate_progress.ts";
import type { DisplayedUpload, ProgressDisplay } from "./progress_display.ts";

/** What leaves room for the rest on a terminal of 80 columns. */
const NAME_LENGTH = 20;

/** An upload that is under way. */
interface Entry {
  name: string;
  /** Where it stands at this moment: its rate falls while nothing moves. */
  look(): ProgressView;
  bar?: SingleBar;
}

/**
 * Shows progress as one bar for each upload that is under way, at the bottom of a terminal.
 *
 * @param terminal The terminal.
 * @returns The display.
 */
export function createBarDisplay(terminal: TextOutput): ProgressDisplay {
  const entries = new Set<Entry>();
  let bars: MultiBar | undefined = createBars(terminal);

  function draw(entry: Entry): void {
    entry.bar = bars?.create(1, entry.look().fraction, {
      name: shorten(basename(entry.name)),
      get text(): string {
        return entry.look().text; // Asked for at every redraw.
      },
    });
  }

  // Nothing can be printed above a stack of bars, nor taken out of it, without leaving traces: it is set up anew.
  function aside(write: () => void): void {
    if (bars === undefined) return write();
    bars.stop();
    write();
    bars = createBars(terminal);
    entries.forEach(draw);
  }

  function begin(name: string): DisplayedUpload {
    const narrate = narrateProgress();
    const entry: Entry = { name, look: () => ({ phase: "reading", fraction: 0, text: "starting" }) };
    draw(entry);
    entries.add(entry);
    return {
      update(progress): void {
        entry.look = () => narrate(progress);
        entry.bar?.update(entry.look().fraction);
      },
      end: () => aside(() => entries.delete(entry)),
    };
  }

  function close(): void {
    bars?.stop();
    bars = undefined;
  }

  return { begin, aside, close };
}

function shorten(name: string): string {
  return name.length > NAME_LENGTH ? `${name.slice(0, NAME_LENGTH - 1)}…` : name;
}

function createBars(stream: TextOutput): MultiBar {
  return new MultiBar(
    { stream, format: "{bar} {name}: {text}", barsize: 12, clearOnComplete: true },
    Presets.shades_classic,
  );
}
