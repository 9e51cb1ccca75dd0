import { type BenchResult, reachesTarget } from "./result.ts";

const HEADINGS = ["measured", "value", "yardstick", "its value", "ratio", "target", ""];

/**
 * Lays results out as a Markdown table.
 *
 * @param results What the benches have found.
 * @returns The table, one result a line.
 */
export function formatResults(results: readonly BenchResult[]): string {
  const rows = [HEADINGS, HEADINGS.map(() => "-"), ...results.map(cellsOf)];
  const widths = HEADINGS.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row, index) =>
      `| ${row.map((cell, column) => cell.padEnd(widths[column]!, index === 1 ? "-" : " ")).join(" | ")} |`
    )
    .join("\n");
}

function cellsOf(result: BenchResult): string[] {
  const { name, unit, value, yardstick = "", yardstickValue, ratio, target } = result;
  return [
    name,
    `${value.toPrecision(4)} ${unit}`,
    yardstick,
    yardstickValue === undefined ? "" : `${yardstickValue.toPrecision(4)} ${unit}`,
    ratio === undefined ? "" : `${ratio.toFixed(2)}×`,
    target === undefined ? "" : "atLeast" in target ? `≥ ${target.atLeast}` : `≤ ${target.atMost}`,
    target === undefined ? "" : reachesTarget(result) ? "reached" : "MISSED",
  ];
}
