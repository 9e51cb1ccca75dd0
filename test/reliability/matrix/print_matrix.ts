import { type Cell, STAGES } from "./cells.ts";
import type { Run } from "./run_cell.ts";

/**
 * Prints all runs: a row for each fault, a column for each stage, and below it what went wrong.
 *
 * @param runs The runs.
 */
export function printMatrix(runs: readonly Run[]): void {
  for (const [dialect, module] of DIALECTS_AND_MODULES) {
    for (const [calls, resumed] of [["first", false], ["every", false], ["every", true]] as const) {
      const some = runs.filter(({ cell }) =>
        cell.dialect === dialect && cell.module === module && cell.calls === calls && cell.resumed === resumed
      );
      console.log(
        `\n${module}, in the dialect ${dialect}: the fault strikes ${
          calls === "first" ? "the first call" : "every call"
        }${resumed ? ", the upload is resumed without it" : ""}; outcome and attempts`,
      );
      printTable(some);
    }
  }
  console.log();
  for (const { cell, broken } of runs) {
    for (const words of broken) console.log(`BROKEN  ${titleOf(cell)}: ${words}`);
  }
}

/** Names a run. */
export function titleOf({ dialect, module, stage, calls, resumed, faultCase }: Cell): string {
  return `${faultCase.name}, ${calls} ${stage} of ${module} (${dialect})${resumed ? ", resumed" : ""}`;
}

const DIALECTS_AND_MODULES = [
  ["samples", "media_space"],
  ["samples", "media"],
  ["reference", "media_space"],
  ["reference", "media"],
] as const;

const SHORT: Readonly<Record<string, string>> = {
  "succeeded": "ok",
  "TransportError": "transport",
  "ResultTimeoutError": "timeout",
};

function printTable(runs: readonly Run[]): void {
  const stages = STAGES.filter((stage) => runs.some(({ cell }) => cell.stage === stage));
  const names = [...new Set(runs.map(({ cell }) => cell.faultCase.name))];
  const rows = names.map((name) => [
    name,
    ...stages.map((stage) => {
      const run = runs.find(({ cell }) => cell.faultCase.name === name && cell.stage === stage);
      return run === undefined ? "" : textOf(run);
    }),
  ]);
  const table = [["", ...stages], ...rows];
  const widths = table[0]!.map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
  for (const row of table) console.log(row.map((text, column) => text.padEnd(widths[column]!)).join("  ").trimEnd());
}

function textOf({ outcome, attempts, broken }: Run): string {
  const words = outcome.replace("ShopeeApiError ", "").replace(", then succeeded", " → ok");
  const short = words.replace(/^\w+/, (word) => SHORT[word] ?? word);
  return `${broken.length > 0 ? "✗ " : ""}${short} ${attempts}`;
}
