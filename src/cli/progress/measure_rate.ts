import type { UploadProgress } from "../../../mod.ts";
import { bodyStyle, runtime } from "../../runtime.ts";

/**
 * Makes a function that measures how fast one upload arrives at Shopee. What an earlier run has sent does not count.
 *
 * @returns A function that returns bytes a second, or `undefined` as long as nothing has arrived.
 */
export function measureRate(): (progress: UploadProgress) => number | undefined {
  const passedOverBy = countPassedOver();
  let since = 0;
  let lastAcked = 0;
  let lastAckedAt = 0;

  return (progress) => {
    const { sent, acked } = progress;
    const now = runtime.elapsed();
    const passedOver = passedOverBy(progress);
    if (sent <= passedOver) since = now;
    if (acked !== lastAcked) lastAckedAt = now;
    lastAcked = acked;
    if (acked <= passedOver) return undefined;

    // Parts arrive by bursts. Between two of them the rate stands, until even all that was sent would not make it true.
    const atLastAck = (acked - passedOver) / (lastAckedAt - since);
    const atMost = (sent - passedOver) / (now - since);
    const perSecond = Math.min(atLastAck, atMost) * 1000;
    return perSecond < Infinity ? perSecond : undefined; // No time has passed.
  };
}

/**
 * Makes a function that counts how many bytes of one upload need not be sent, since an earlier run has sent them.
 *
 * @returns A function that returns the bytes; 0 where the runtime does not show what is sent, as on Deno.
 */
export function countPassedOver(): (progress: UploadProgress) => number {
  if (bodyStyle() !== "stream") return () => 0;
  let passedOver = 0;
  let hasSent = false;

  return ({ sent, acked }) => {
    if (acked === 0) hasSent = false; // The upload begins, or begins again since its file has changed.
    hasSent ||= sent > acked;
    // An upload that goes on first compares all that is there with the file: what is acknowledged by then was not sent.
    if (!hasSent) passedOver = acked;
    return passedOver;
  };
}
