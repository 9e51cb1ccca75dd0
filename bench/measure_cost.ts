import { readFile } from "node:fs/promises";
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
  return { ms, cpuSeconds: (user + system) / 1e6, peakRss: await peakRss() };
}

/** Linux's `maxRSS` of a process counts what its parent had when it started it; `VmHWM` does not. */
async function peakRss(): Promise<number> {
  const status = await readFile("/proc/self/status", "utf8").catch(() => "");
  const peak = /VmHWM:\s*(\d+) kB/.exec(status)?.[1];
  return (peak === undefined ? process.resourceUsage().maxRSS : Number(peak)) * 1024;
}
