import { isShopeeMediaError } from "../errors.ts";

/** Whether an error that a call ended with is transient. */
export function isPassing(error: unknown): boolean {
  return isShopeeMediaError(error) && error.retryable;
}
