import type { BenchResult } from "./result.ts";

/** How thoroughly a bench measures. */
export interface BenchOptions {
  /** Fewer rounds, and only what says something after few: enough to notice a gross regression. @default false */
  quick?: boolean;
}

/** A point of a plot. */
export interface BenchPoint {
  /** Name of the line it lies on. */
  line: string;
  /** Along the axis. */
  x: number;
  /** Up the axis. */
  y: number;
}

/** What a bench has found. */
export interface BenchFindings {
  /** Lines of the tables. */
  results: BenchResult[];
  /** Points of the plots, by name of the plot. */
  plots?: Partial<Record<PlotName, BenchPoint[]>>;
}

/** Plots that `docs/performance.md` shows. */
export type PlotName = "concurrency" | "memory" | "rechunking" | "slow_network";
