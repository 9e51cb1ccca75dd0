import type { UploadProgress } from "../../upload/upload_progress.ts";
import { formatBytes } from "../format_bytes.ts";
import { formatSeconds } from "../format_seconds.ts";

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
 * @param now Milliseconds on a steady clock.
 * @returns The function.
 */
export function narrateProgress(
  now: () => number = () => performance.now(),
): (progress: UploadProgress) => ProgressView {
  let uploadingSince: number | undefined;

  return ({ phase, read, sent, acked, total = read, status }) => {
    if (phase === "done") return { phase, fraction: 1, text: "done" };
    if (phase === "processing") {
      return { phase, fraction: 1, text: `processing at Shopee${status === undefined ? "" : `: ${status}`}` };
    }
    if (phase === "reading") return { phase, fraction: share(read, total), text: tellBytes("reading", read, total) };

    uploadingSince ??= now();
    // What was sent may still be in a buffer on the way: once there are bytes that Shopee has, they tell the rate.
    const perSecond = (acked > 0 ? acked : sent) / ((now() - uploadingSince) / 1000);
    const text = tellBytes("uploading", sent, total) + tellRate(perSecond, total - acked);
    return { phase, fraction: share(sent, total), text };
  };
}

function share(bytes: number, total: number): number {
  return total === 0 ? 1 : bytes / total;
}

function tellBytes(what: string, bytes: number, total: number): string {
  return `${what} ${Math.floor(share(bytes, total) * 100)} %, ${formatBytes(bytes, total)}`;
}

function tellRate(perSecond: number, left: number): string {
  if (!(perSecond > 0 && perSecond < Infinity)) return ""; // Nothing was sent yet, or no time has passed.
  return `, ${formatBytes(perSecond)}/s, ${formatSeconds(left / perSecond)} left`;
}
