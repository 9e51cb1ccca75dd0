import type { UploadProgress } from "../../upload/progress.ts";
import { formatBytes, formatSeconds } from "../format.ts";
import { measureRate } from "./measure_rate.ts";

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
 *
 * @param now Milliseconds on a steady clock.
 * @returns The function.
 */
export function narrateProgress(
  now: () => number = () => performance.now(),
): (progress: UploadProgress) => ProgressView {
  const rateOf = measureRate(now);

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
