import { isShopeeMediaError } from "../errors.ts";
import { advise } from "./advise.ts";

/**
 * One line about an error for a human: its message, what may help, and what went wrong with the clean-up after it.
 *
 * @param error Anything that was caught.
 * @returns The line.
 */
export function explainError(error: unknown): string {
  const advice = advise(error);
  const message = (error instanceof Error ? error.message : String(error)) +
    (advice === undefined ? "" : `: ${advice}`);
  if (!isShopeeMediaError(error) || error.cleanupError === undefined) return message;
  return `${message}; cancelling the session failed, too: ${explainError(error.cleanupError)}`;
}
