import { basename } from "node:path";
import cliProgress, { type MultiBar } from "cli-progress";
import type { UploadProgress } from "../../../mod.ts";
import { printable, printLines, type TextOutput } from "../command_context.ts";
import { narrateProgress, type ProgressView } from "./narrate_progress.ts";

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

/** A log wants no more than one line in so many ms, though a rate as soon as there is one. */
const PAUSE_MS = 1_000;
/** After so many ms without a line, one tells that the upload is alive. */
const SILENCE_MS = 60_000;

/** For a log file or a pipe: a line for each new phase and each tenth of the bytes, and some on the way. */
function createLineDisplay(output: TextOutput): ProgressDisplay {
  const uploads = new Set<() => void>();
  const timer = setInterval(() => uploads.forEach((tell) => tell()), PAUSE_MS);
  timer.unref();

  function begin(name: string): DisplayedUpload {
    const narrate = narrateProgress();
    let current: UploadProgress | undefined;
    let last = { phase: "", tenth: 0, hasRate: false, at: 0 };

    function tell(): void {
      if (current === undefined) return;
      const { phase, fraction, hasRate, text } = narrate(current);
      const next = { phase, tenth: Math.floor(fraction * 10), hasRate, at: performance.now() };
      const silence = next.at - last.at;
      const hasNews = next.tenth > last.tenth || hasRate && !last.hasRate || silence >= SILENCE_MS;
      if (phase === "done" || phase === last.phase && !(hasNews && silence >= PAUSE_MS)) return;
      last = next;
      printLines(output, `${name}: ${text}`);
    }

    uploads.add(tell);
    return {
      update(progress): void {
        current = progress;
        if (uploads.has(tell)) tell();
      },
      end: () => void uploads.delete(tell),
    };
  }

  function close(): void {
    clearInterval(timer);
    uploads.clear();
  }

  return { begin, aside: (write) => write(), close };
}

/** At the bottom of a terminal: a bar for each upload that is under way. */
function createBarDisplay(terminal: TextOutput): ProgressDisplay {
  /** What is shown of each upload at this moment: its rate falls while nothing moves. */
  const uploads = new Set<(columns: number) => string>();
  let bars: MultiBar | undefined = createBars(terminal);

  function draw(show: (columns: number) => string): void {
    bars?.create(1, 0, { show });
  }

  // Nothing can be printed above a stack of bars, nor taken out of it, without leaving traces: it is set up anew.
  function aside(write: () => void): void {
    if (bars === undefined) return write();
    bars.stop();
    write();
    bars = createBars(terminal);
    uploads.forEach(draw);
  }

  function begin(file: string): DisplayedUpload {
    const name = printable(basename(file));
    const narrate = narrateProgress();
    let current: UploadProgress | undefined;
    const show = (columns: number): string => layOut(current && narrate(current), { name, columns });
    draw(show);
    uploads.add(show);
    return {
      update(progress): void {
        current = progress;
        narrate(progress); // Between two redraws, too, bytes are counted.
      },
      end: () => aside(() => uploads.delete(show)),
    };
  }

  function close(): void {
    bars?.stop();
    bars = undefined;
  }

  return { begin, aside, close };
}

function createBars(stream: TextOutput): MultiBar {
  return new cliProgress.MultiBar({
    stream,
    format: (_options, { maxWidth }, { show }) => show(maxWidth),
    clearOnComplete: true,
  });
}

const BAR_LENGTH = 12;
/** So many characters of a name tell one file from another, as a rule. */
const NAME_LENGTH = 12;

const START: Pick<ProgressView, "fraction" | "text" | "short"> = { fraction: 0, text: "starting", short: "starting" };

/**
 * Makes a line of it, with as much as there is room for. The name comes last, since nobody knows how wide a terminal draws
 * it: what does not fit is cut off there.
 */
function layOut(
  { fraction, text, short } = START,
  { name, columns }: { name: string; columns: number },
): string {
  const done = Math.round(fraction * BAR_LENGTH);
  const bar = "█".repeat(done) + "░".repeat(BAR_LENGTH - done);
  const facts = [`${bar} ${text}`, `${bar} ${short}`, short].map(printable);
  const characters = Array.from(name);
  const wanted = Math.min(characters.length, NAME_LENGTH);
  // The last column stays free: some terminals go on to the next line after it.
  const chosen = facts.find((fact) => fact.length + 2 + wanted < columns) ?? facts.at(-1)!;
  const room = Math.max(columns - chosen.length - 3, 0);
  const shown = characters.length > room ? [...characters.slice(0, Math.max(room - 1, 0)), "…"] : characters;
  return `${chosen}  ${shown.join("")}`.slice(0, columns - 1);
}
