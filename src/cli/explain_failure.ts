import type { OutcomeKind } from "./conclude.ts";
import { explainError } from "./explain_error.ts";

/** How the upload of a file can come to nothing once it has begun. */
export type FailureKind = Exclude<OutcomeKind, "uploaded" | "unstarted">;

/** An interruption says so itself. */
const PREFIXES: Record<FailureKind, string> = {
  failed: "failed: ",
  refused: "refused before sending: ",
  interrupted: "",
};

/**
 * One line about a file that was not uploaded, for a human.
 *
 * @param kind How it came to nothing.
 * @param error Why.
 * @returns The line.
 */
export function explainFailure(kind: FailureKind, error: unknown): string {
  return PREFIXES[kind] + explainError(error);
}
