import type { CommandIo } from "./command_io.ts";
import { EXIT } from "./exit.ts";

const KINDS = ["uploaded", "failed", "refused", "interrupted", "unstarted"] as const;

/** How the upload of a file can end; an unstarted one was interrupted before it began. */
export type OutcomeKind = typeof KINDS[number];

/**
 * Tells how many files ended in which way, and what the command has to answer.
 *
 * @param kinds How each file ended.
 * @param io The process.
 * @returns The exit code.
 */
export function conclude(kinds: OutcomeKind[], io: Pick<CommandIo, "stderr">): number {
  const counts = KINDS.map((kind) => ({ kind, count: kinds.filter((one) => one === kind).length }));
  const summary = counts.filter(({ count }) => count > 0).map(({ kind, count }) => `${count} ${kind}`).join(", ");
  if (kinds.length > 1) io.stderr.write(`${summary}\n`);
  if (kinds.includes("failed")) return EXIT.failed;
  return kinds.includes("refused") ? EXIT.refused : EXIT.done;
}
