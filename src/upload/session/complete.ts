import { isShopeeApiError, isShopeeMediaError } from "../../errors.ts";
import type { VideoUploadSession } from "../result.ts";
import type { Protocol, UploadFacts } from "./protocol.ts";

/**
 * Completes an upload. When no answer comes, or one that leaves it open, it finds out whether the session was completed all the same.
 *
 * @param protocol How the module is spoken to.
 * @param session The session, with all its parts.
 * @param options What Shopee is told, and what cuts the calls.
 * @throws Why the session is not complete.
 */
export async function completeUpload(
  protocol: Protocol,
  session: VideoUploadSession,
  options: UploadFacts & { signal: AbortSignal },
): Promise<void> {
  const { signal } = options;
  try {
    await protocol.complete(session, options, { signal });
  } catch (error) {
    // A run before this one, or an attempt whose answer was lost, got through. The result tells what came of it.
    if (isShopeeApiError(error) && error.code === "error_already_completed") return;
    if (!isShopeeMediaError(error) || !error.retryable) throw error;
    const answer = await protocol.status(session, { signal }).catch(() => undefined);
    signal.throwIfAborted();
    if (answer === undefined || NOT_COMPLETED.has(answer.status)) throw error;
  }
}

/** What a session is called that was not completed. */
const NOT_COMPLETED = new Set(["INITIATED", "UPLOADING", "CANCELLED", "UNKNOWN"]);
