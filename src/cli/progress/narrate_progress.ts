import type { UploadProgress } from "../../../mod.ts";
import { formatBytes, formatClock, formatSeconds } from "../format.ts";

/** Where an upload stands, ready to be shown. */
export interface ProgressView {
  /** What is going on. */
  phase: UploadProgress["phase"];
  /** How much of the phase is done, from 0 to 1. */
  fraction: number;
  /** The same in words, with bytes, rate and time left. */
  text: string;
  /** The same in fewer characters: 38 at the most, but for what takes hours. */
  short: string;
  /** Whether a rate is among them. */
  hasRate: boolean;
}

/**
 * Makes a function that puts one upload's progress into words. It remembers when parts began to go out, for the rate.
 *
 * @returns The function; called again with the same progress, it tells of a rate that has fallen meanwhile.
 */
export function narrateProgress(): (progress: UploadProgress) => ProgressView {
  const speedOf = measureSpeed();

  return (progress) => {
    const { phase, read, sent, acked, total = read, status } = progress;
    const tell = (fraction: number, text: string, short = text, hasRate = false): ProgressView => {
      return { phase, fraction, text, short, hasRate };
    };
    if (phase === "done") return tell(1, "done");
    if (phase === "processing") {
      return tell(1, `processing at Shopee${status === undefined ? "" : `: ${status}`}`);
    }
    if (phase === "reading") {
      const fraction = share(read, total);
      return tell(fraction, tellBytes("reading", fraction, read, total), `reading ${formatBytes(read, total, "/")}`);
    }

    const speed = speedOf(progress);
    // What was sent may be in a buffer still: the last hundredth is for what Shopee has acknowledged.
    const fraction = acked < total ? Math.min(share(sent, total), 0.99) : 1;
    const text = tellBytes("uploading", fraction, sent, total);
    const short = formatBytes(sent, total, "/");
    if (speed === undefined) return tell(fraction, text, short);
    const rate = `${formatBytes(speed.perSecond)}/s`;
    if (acked >= total) return tell(fraction, `${text}, ${rate}`, `${short} ${rate}`, true);
    return tell(
      fraction,
      `${text}, ${rate}, ${formatSeconds(speed.left)} left`,
      `${short} ${rate} ${formatClock(speed.left)} left`,
      true,
    );
  };
}

function share(bytes: number, total: number): number {
  return total === 0 ? 1 : bytes / total;
}

function tellBytes(what: string, fraction: number, bytes: number, total: number): string {
  return `${what} ${Math.floor(fraction * 100)} %, ${formatBytes(bytes, total)}`;
}

/** How fast an upload goes. */
interface Speed {
  /** Bytes a second. */
  perSecond: number;
  /** Seconds until all bytes have arrived. */
  left: number;
}

/** So many ms, what is sent fills the buffers of this machine, and tells nothing of the line. */
const FILLING_MS = 500;

/**
 * Makes a function that measures how fast one upload goes, nothing of what an earlier run has sent counted in. The first
 * figures are too good, as long as only the buffers fill: they come down to what the line can do.
 */
function measureSpeed(): (progress: UploadProgress) => Speed | undefined {
  let startedAt: number | undefined;
  let buffered = 0;

  return ({ sent, acked, resumed, total = sent }) => {
    const now = performance.now();
    const gone = sent - resumed;
    if (startedAt === undefined || gone <= 0) startedAt = now; // It begins, or begins again since its file has changed.
    const elapsed = now - startedAt;
    if (elapsed <= FILLING_MS) buffered = gone;
    if (gone <= 0 || elapsed === 0) return undefined;

    const arrived = Math.max(acked - resumed, gone - buffered);
    const atLeast = (acked - resumed) / elapsed;
    const atMost = gone / elapsed;
    const steady = elapsed > FILLING_MS ? (gone - buffered) / (elapsed - FILLING_MS) : 0;
    const perMs = steady > 0 ? Math.min(Math.max(steady, atLeast), atMost) : atMost;
    return { perSecond: perMs * 1000, left: (total - resumed - arrived) / perMs / 1000 };
  };
}
