import { isInvalidInputError, isShopeeApiError, isShopeeMediaError } from "../../mod.ts";
import { type CommandIo, EXIT, printLines } from "./command_context.ts";

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

/** What `--help` says about them. */
export const EXIT_HELP: string = `
Exit codes:
  0    all done
  1    an upload or a call to Shopee failed
  2    wrong usage, missing credentials, or a file that Shopee would refuse
  129  interrupted by SIGHUP: the terminal has gone away
  130  interrupted by SIGINT (Ctrl-C) or SIGTERM
  131  interrupted by SIGQUIT (Ctrl-\\)`;

const KINDS = ["uploaded", "failed", "refused", "interrupted", "unstarted"] as const;

/** How the upload of a file can end; an unstarted one was interrupted before it began. */
export type OutcomeKind = typeof KINDS[number];

/** How the upload of a file can come to nothing once it has begun. */
export type FailureKind = Exclude<OutcomeKind, "uploaded" | "unstarted">;

/** An interruption says so itself. */
const PREFIXES: Record<FailureKind, string> = {
  failed: "failed: ",
  refused: "refused before sending: ",
  interrupted: "",
};

/** Why a file was not uploaded, in one line for a human. */
export function explainFailure(kind: FailureKind, error: unknown): string {
  return PREFIXES[kind] + explainError(error);
}

/**
 * Prints how many files ended in which way.
 *
 * @param kinds How each file ended.
 * @param io Its stderr takes the summary.
 * @returns The exit code.
 */
export function conclude(kinds: OutcomeKind[], { stderr }: Pick<CommandIo, "stderr">): number {
  const counts = KINDS.map((kind) => ({ kind, count: kinds.filter((one) => one === kind).length }));
  const summary = counts.filter(({ count }) => count > 0).map(({ kind, count }) => `${count} ${kind}`).join(", ");
  if (kinds.length > 1) printLines(stderr, summary);
  if (kinds.includes("failed")) return EXIT.failed;
  return kinds.includes("refused") ? EXIT.refused : EXIT.done;
}
