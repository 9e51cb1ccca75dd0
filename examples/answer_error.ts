/** Tells over HTTP why an upload failed: `app.onError(answerError)` in Hono. Its messages never hold a secret. */

import type { Context } from "hono";
import {
  isInvalidInputError,
  isResultTimeoutError,
  isShopeeApiError,
  isTransportError,
  isVideoFailedError,
} from "shopee-media";

export function answerError(error: Error, c: Context): Response {
  const status = statusOf(error);
  if (status !== 500) return c.json({ error: error.message }, status);
  if (!c.req.raw.signal.aborted) console.error(error); // A client that hung up is nobody's mistake.
  return c.json({ error: "Internal Server Error" }, status);
}

function statusOf(error: Error): 400 | 422 | 429 | 500 | 502 | 504 {
  if (isInvalidInputError(error)) return 400; // Empty, too large, without its duration.
  if (isVideoFailedError(error)) return 422; // Shopee has looked at the video, and will not have it.
  if (isShopeeApiError(error)) return error.kind === "daily_limit" ? 429 : 502; // Today's quota is used up, or a plain no.
  if (isTransportError(error) || isResultTimeoutError(error)) return 504; // No answer, or no result in time.
  return 500;
}
