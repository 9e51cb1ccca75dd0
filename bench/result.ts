/** One figure that a bench has found, with what it is to be compared with. Serialises to JSON as it is. */
export interface BenchResult {
  /** What was measured, such as `digests: whole + parts, warm`. With `yardstick`, unique within one run. */
  name: string;
  /** Where it ran, such as `node 24.21.0`. */
  runtime: string;
  /** Unit of `value` and `yardstickValue`, such as `MiB/s`. */
  unit: string;
  /** What was measured: the median, where there were several runs. */
  value: number;
  /** What it is compared with, measured in the same run. */
  yardstick?: string;
  /** The yardstick's value. */
  yardstickValue?: number;
  /**
   * How many times better than the yardstick: above 1 is better, whether the unit is one of speed or of time. The
   * median of the ratios of single rounds, so it may differ a little from the ratio of the two medians.
   */
  ratio?: number;
  /** What must hold of `ratio`, or of `value` where there is no yardstick. */
  target?: { atLeast: number } | { atMost: number };
}

/**
 * Tells whether a result is as good as it must be.
 *
 * @param result What a bench has found.
 * @param slack Factor by which the target may be missed: 1 for none, 2 to find gross regressions only.
 * @returns Whether the target is reached; `true` if there is none.
 */
export function reachesTarget(result: BenchResult, slack: number = 1): boolean {
  const { target, value, ratio = value } = result;
  if (target === undefined) return true;
  return "atLeast" in target ? ratio * slack >= target.atLeast : ratio <= target.atMost * slack;
}
