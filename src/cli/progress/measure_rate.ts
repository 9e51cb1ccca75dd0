import type { UploadProgress } from "../../upload/progress.ts";
import { countPassedOver } from "./count_passed_over.ts";

/**
 * Makes a function that tells how fast one upload arrives at Shopee. What an earlier run has sent does not count.
 *
 * @param now Milliseconds on a steady clock.
 * @returns The function: it answers bytes a second, or `undefined` as long as nothing has arrived.
 */
export function measureRate(now: () => number): (progress: UploadProgress) => number | undefined {
  const passedOverBy = countPassedOver();
  let since = 0;
  let lastAcked = 0;
  let lastAckedAt = 0;

  return (progress) => {
    const { sent, acked } = progress;
    const passedOver = passedOverBy(progress);
    if (sent <= passedOver) since = now();
    if (acked !== lastAcked) lastAckedAt = now();
    lastAcked = acked;
    if (acked <= passedOver) return undefined;

    // Parts arrive by bursts. Between two of them the rate stands, until even all that was sent would not make it true.
    const atLastAck = (acked - passedOver) / (lastAckedAt - since);
    const atMost = (sent - passedOver) / (now() - since);
    const perSecond = Math.min(atLastAck, atMost) * 1000;
    return perSecond < Infinity ? perSecond : undefined; // No time has passed.
  };
}
