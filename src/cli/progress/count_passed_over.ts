import { bodyStyle } from "../../runtime.ts";
import type { UploadProgress } from "../../upload/progress.ts";

/**
 * Makes a function that tells how many bytes of one upload need not be sent, since an earlier run has sent them.
 *
 * @returns The function. Where the runtime does not show what is sent, as on Deno, it cannot know, and answers 0.
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
