import { isInvalidInputError, isShopeeApiError, isShopeeMediaError } from "../../mod.ts";

/** An error in one line for a human: its message, and what went wrong with the clean-up after it. */
export function explainError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (!isShopeeMediaError(error) || error.cleanupError === undefined) return error.message;
  return `${error.message}; cancelling the session failed, too: ${explainError(error.cleanupError)}`;
}

/** Tells what was refused before a session was opened for it from what has failed. */
export function judgeFailure(error: unknown): "refused" | "failed" {
  return isInvalidInputError(error) && error.session === undefined ? "refused" : "failed";
}

/** What `--json` says of an error. What is undefined is left out by `JSON.stringify`. */
export interface ErrorReport {
  /** Which error it is, such as `ShopeeApiError`. */
  name: string;
  /** What was wrong. */
  message: string;
  /** Shopee's error code, if the answer was Shopee's. */
  code?: string;
  /** Shopee's name for the request, if the answer was Shopee's. */
  requestId?: string;
  /** Why the session could not be cancelled, if it could not. */
  cleanupError?: string;
}

/** Brings an error to plain JSON. */
export function reportError(error: unknown): ErrorReport {
  if (!(error instanceof Error)) return { name: "Error", message: String(error) };
  const { code, requestId } = isShopeeApiError(error) ? error : {};
  const cleanupError = isShopeeMediaError(error) ? error.cleanupError : undefined;
  return {
    name: error.name,
    message: error.message,
    code,
    requestId,
    cleanupError: cleanupError === undefined ? undefined : explainError(cleanupError),
  };
}
