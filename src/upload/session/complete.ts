import { isShopeeApiError, isShopeeMediaError } from "../../error_guards.ts";
import type { ShopeeMediaError } from "../../errors.ts";
import type { VideoUploadSession } from "../result.ts";
import type { Protocol, UploadFacts } from "./protocol.ts";

/** Whether a session is completed; where that cannot be told, or where it is not, also why. */
export type Completion =
  | { completed: "yes"; error?: undefined }
  | { completed: "no" | "unknown"; error: unknown };

const NOT_COMPLETED = new Set(["INITIATED", "UPLOADING", "CANCELLED"]);

/** Tells whether a session of that status was completed, also where nobody knows the status. */
export function isCompleted(status: string): boolean {
  return !NOT_COMPLETED.has(status);
}

/**
 * Completes an upload. Unless Shopee's answer is clear, it asks what became of the session: a run before this one, or an
 * attempt whose answer was lost, may have completed it.
 *
 * @param protocol How the module is spoken to.
 * @param session The session, with all its parts.
 * @param options What Shopee is told, and what cuts the calls.
 * @returns Whether the session is completed.
 */
export async function completeUpload(
  protocol: Protocol,
  session: VideoUploadSession,
  options: UploadFacts & { signal: AbortSignal },
): Promise<Completion> {
  const { signal } = options;
  try {
    await protocol.complete(session, options, { signal });
    return { completed: "yes" };
  } catch (error) {
    if (isShopeeApiError(error)) {
      if (error.kind === "already_completed") return { completed: "yes" };
      // No call can be made for now, and this one was not.
      if (error.kind === "daily_limit" && !error.mayHaveSucceeded) return { completed: "no", error };
      // What was completed a moment ago may be unknown for a while. The wait for the result has time for that.
      if (error.kind === "unknown_id" && error.mayHaveSucceeded) return { completed: "yes" };
    }
    if (signal.aborted || !isShopeeMediaError(error)) return { completed: "unknown", error };
    return await askForStatus(protocol, session, { error, signal });
  }
}

async function askForStatus(
  protocol: Protocol,
  session: VideoUploadSession,
  { error, signal }: { error: ShopeeMediaError; signal: AbortSignal },
): Promise<Completion> {
  const otherwise = { completed: error.mayHaveSucceeded ? "unknown" : "no", error } as const;
  try {
    const { status } = await protocol.status(session, { signal });
    if (status === "UNKNOWN") return otherwise;
    return isCompleted(status) ? { completed: "yes" } : { completed: "no", error };
  } catch {
    return otherwise;
  }
}
