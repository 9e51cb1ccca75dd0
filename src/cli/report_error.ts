import { isShopeeApiError, isShopeeMediaError } from "../errors.ts";
import { explainError } from "./explain_error.ts";

/** What `--json` says of an error. */
export interface ErrorReport {
  /** Which error it is, such as `ShopeeApiError`. */
  name: string;
  /** What was wrong. */
  message: string;
  /** Shopee's error code, if Shopee answered one. */
  code?: string;
  /** Shopee's name for the request, if Shopee answered. */
  requestId?: string;
  /** Why the session could not be cancelled, if it could not. */
  cleanupError?: string;
}

/**
 * Brings an error to plain JSON.
 *
 * @param error Anything that was caught.
 * @returns Its public parts; those that are undefined are left out by `JSON.stringify`.
 */
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
