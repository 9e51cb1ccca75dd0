import process from "node:process";

/** What a piece of work cost the process that did it. Serialises to JSON as it is. */
export interface Cost {
  /** Wall time in ms. */
  ms: number;
  /** Processor time in s, of all threads. */
  cpuSeconds: number;
  /** Most memory that the process ever had, in bytes. */
  peakRss: number;
}

/**
 * Does a piece of work once and measures it.
 *
 * @param work The work.
 * @returns What it cost.
 */
export async function measureCost(work: () => Promise<unknown>): Promise<Cost> {
  const startedAt = performance.now();
  const before = process.cpuUsage();
  await work();
  const ms = performance.now() - startedAt;
  const { user, system } = process.cpuUsage(before);
  return { ms, cpuSeconds: (user + system) / 1e6, peakRss: process.resourceUsage().maxRSS * 1024 };
}
