import { median } from "./median.ts";
import type { BenchResult } from "./result.ts";
import { RUNTIME } from "./runtime.ts";

/** What {@linkcode compareRounds} needs to know of the figures. */
export interface CompareRoundsOptions {
  /** What was measured. */
  name: string;
  /** Unit of the figures. */
  unit: string;
  /** Whether more is better, as of MiB/s, or less, as of ms. */
  better: "more" | "less";
  /** Name of the yardstick. */
  yardstick: string;
  /** The yardstick's figures, one for each round. */
  yardstickRounds: readonly number[];
  /** What must hold of the ratio. */
  target?: BenchResult["target"];
}

/**
 * Compares two contenders that took turns. The ratio is taken within each round, where both met the same noise.
 *
 * @param rounds Figures of what is measured, one for each round.
 * @param options What the figures are, and the yardstick's.
 * @returns Medians of the figures and of the ratios.
 */
export function compareRounds(rounds: readonly number[], options: CompareRoundsOptions): BenchResult {
  const { name, unit, better, yardstick, yardstickRounds, target } = options;
  const ratios = rounds.map((value, round) => {
    const yardstickValue = yardstickRounds[round]!;
    return better === "more" ? value / yardstickValue : yardstickValue / value;
  });
  return {
    name,
    runtime: `${RUNTIME.name} ${RUNTIME.version}`,
    unit,
    value: median(rounds),
    yardstick,
    yardstickValue: median(yardstickRounds),
    ratio: median(ratios),
    target,
  };
}
