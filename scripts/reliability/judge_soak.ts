import type { SoakReport } from "./run_soak.ts";

/** MiB that may come on top between the first third of a soak and its last: far less than a leak of the parts would be. */
const GROWTH = { heap: 24, rss: 160 };

/**
 * Says which promises a soak has broken.
 *
 * @param report What it came to.
 * @param uploads How many uploads there should be.
 * @returns In words; none if all is well.
 */
export function judgeSoak(report: SoakReport, uploads: number): string[] {
  const broken = report.unexplained.map((words) => `an upload failed for no good reason: ${words}`);
  const { corrupted, hung, leaked, memory, outcomes } = report;
  if (corrupted > 0) broken.push(`${corrupted} corrupted`);
  if (hung > 0) broken.push(`${hung} hung`);
  if (leaked !== 0) broken.push(`${leaked} sessions leaked`);
  const ended = Object.values(outcomes).reduce((sum, count) => sum + count, 0);
  if (ended !== uploads) broken.push(`${ended} of ${uploads} uploads ended`);
  for (const kind of ["heap", "rss"] as const) {
    const { growth } = growthOf(memory.map((sample) => sample[kind]));
    if (growth > GROWTH[kind]) broken.push(`${kind} grew by ${growth.toFixed()} MiB`);
  }
  return broken;
}

/**
 * How the lowest of the last third compares with the lowest of the first: the lowest, since the others hold what happens
 * to be on its way at that moment.
 */
export function growthOf(samples: readonly number[]): { first: number; last: number; growth: number } {
  const third = Math.ceil(samples.length / 3);
  const first = Math.min(...samples.slice(0, third));
  const last = Math.min(...samples.slice(-third));
  return { first, last, growth: last - first };
}
