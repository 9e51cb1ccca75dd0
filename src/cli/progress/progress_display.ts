import { basename } from "node:path";
import { MultiBar, Presets, type SingleBar } from "cli-progress";
import type { UploadProgress } from "../../../mod.ts";
import { runtime } from "../../runtime.ts";
import type { TextOutput } from "../command_context.ts";
import { formatBytes, formatSeconds } from "../format.ts";
import { measureRate } from "./measure_rate.ts";

/** Shows how uploads come along. */
export interface ProgressDisplay {
  /** Puts an upload on the display. */
  begin(name: string): DisplayedUpload;
  /** Runs `write`, which prints something else, while the display is out of its way. */
  aside(write: () => void): void;
  /** Shows nothing any more, and leaves the terminal as it was. */
  close(): void;
}

/** One upload on the display. */
export interface DisplayedUpload {
  /** Shows where it stands. */
  update(progress: UploadProgress): void;
  /** Takes it off the display. */
  end(): void;
}

/** Makes the display that fits the output: bars on a terminal, lines elsewhere. */
export function createProgressDisplay(output: TextOutput): ProgressDisplay {
  return output.isTTY ? createBarDisplay(output) : createLineDisplay(output);
}

/** A log wants no more than one line for each tenth of the bytes, and no more than one in so many ms. */
const PAUSE_MS = 1_000;

/** For a log file or a pipe: a line for each new phase, and some on the way. */
function createLineDisplay(output: TextOutput): ProgressDisplay {
  let closed = false;

  function begin(name: string): DisplayedUpload {
    const narrate = narrateProgress();
    let last = { phase: "", tenth: 0, at: 0 };
    return {
      update(progress): void {
        const { phase, fraction, text } = narrate(progress);
        const next = { phase, tenth: Math.floor(fraction * 10), at: runtime.elapsed() };
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

/** What leaves room for the rest on a terminal of 80 columns. */
const NAME_LENGTH = 20;

/** An upload that has a bar. */
interface Entry {
  name: string;
  /** Where it stands at this moment: its rate falls while nothing moves. */
  look(): ProgressView;
  bar?: SingleBar;
}

/** At the bottom of a terminal: a bar for each upload that is under way. */
function createBarDisplay(terminal: TextOutput): ProgressDisplay {
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

function createBars(stream: TextOutput): MultiBar {
  return new MultiBar(
    { stream, format: "{bar} {name}: {text}", barsize: 12, clearOnComplete: true },
    Presets.shades_classic,
  );
}

function shorten(name: string): string {
  return name.length > NAME_LENGTH ? `${name.slice(0, NAME_LENGTH - 1)}…` : name;
}

/** Where an upload stands, ready to be shown. */
export interface ProgressView {
  /** What is going on. */
  phase: UploadProgress["phase"];
  /** How much of the phase is done, from 0 to 1. */
  fraction: number;
  /** The same in words, with bytes, rate and time left. */
  text: string;
}

/**
 * Makes a function that puts one upload's progress into words. It remembers when parts began to go out, for the rate.
 *
 * Only what Shopee has acknowledged counts as uploaded: on a slow line, what was sent stands in buffers for long.
 */
export function narrateProgress(): (progress: UploadProgress) => ProgressView {
  const rateOf = measureRate();

  return (progress) => {
    const { phase, read, sent, acked, total = read, status } = progress;
    if (phase === "done") return { phase, fraction: 1, text: "done" };
    if (phase === "processing") {
      return { phase, fraction: 1, text: `processing at Shopee${status === undefined ? "" : `: ${status}`}` };
    }
    if (phase === "reading") return { phase, fraction: share(read, total), text: tellBytes("reading", read, total) };

    const rate = rateOf(progress);
    const motion = rate === undefined ? tellUnderWay(sent - acked) : tellRate(rate, total - acked);
    return { phase, fraction: share(acked, total), text: tellBytes("uploading", acked, total) + motion };
  };
}

function share(bytes: number, total: number): number {
  return total === 0 ? 1 : bytes / total;
}

function tellBytes(what: string, bytes: number, total: number): string {
  return `${what} ${Math.floor(share(bytes, total) * 100)} %, ${formatBytes(bytes, total)}`;
}

/** Until a first part has arrived, this shows that something moves. */
function tellUnderWay(bytes: number): string {
  return bytes > 0 ? `, ${formatBytes(bytes)} under way` : "";
}

function tellRate(perSecond: number, left: number): string {
  return `, ${formatBytes(perSecond)}/s, ${formatSeconds(left / perSecond)} left`;
}
