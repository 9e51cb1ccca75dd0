import { isShopeeApiError, isTransportError } from "../errors.ts";
import { remedyForCode } from "./remedy.ts";

/**
 * Tells whether an error that a call ended with is one that passes, so that a later call may well succeed. It says nothing
 * of whether the call got through.
 *
 * @param error What a call rejected with.
 * @returns Whether it passes.
 */
export function isPassing(error: unknown): boolean {
  if (isTransportError(error)) return true;
  if (!isShopeeApiError(error)) return false;
  const remedy = remedyForCode(error.code, error.message);
  return remedy === "retry" || remedy === "slow";
}
