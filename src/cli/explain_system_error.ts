import { getSystemErrorMessage } from "node:util";

/**
 * Why the operating system would not do something, without the name of the system call and the path.
 *
 * @param error What a function of `node:fs` threw.
 * @returns Such as `no such file or directory`.
 */
export function explainSystemError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return "errno" in error && typeof error.errno === "number" ? getSystemErrorMessage(error.errno) : error.message;
}
