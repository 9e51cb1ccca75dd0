/**
 * Uploaders of other platforms beside ours: 1 GiB from the same kind of stream, in parts of 10 MiB, to servers that say
 * that all is well. Neither of the peers computes a digest; ours computes each part's and the whole file's. Throughput,
 * processor time, and memory over an idle process.
 *
 * `node bench/peers.ts`
 *
 * @module
 */
import type { BenchFindings } from "./bench.ts";
import { compareRounds } from "./compare_rounds.ts";
import { formatResults } from "./format_results.ts";
import type { Cost } from "./measure_cost.ts";
import { median } from "./median.ts";
import type { BenchResult } from "./result.ts";
import { runChild } from "./run_child.ts";
import { startBenchServer } from "./server/start_bench_server.ts";
import { takeTurns } from "./take_turns.ts";
import type { UploaderName } from "./uploaders/uploaders.ts";
import type { UploadTask } from "./uploaders/upload_task.ts";
import { videoFile } from "./video_file.ts";

const MEBIBYTE = 1024 * 1024;
const MEBIBYTES = 1024;
const PEERS = ["lib-storage", "tus-js-client"] as const;
const OURS = ["ours: fileSource", "ours: pipe"] as const;

type Name = typeof PEERS[number] | typeof OURS[number];

/** What is compared, and its unit. */
const FIGURES: Record<string, (cost: Cost, idle: number) => number> = {
  "MiB/s": ({ ms }) => MEBIBYTES / ms * 1000,
  "CPU s/GiB": ({ cpuSeconds }) => cpuSeconds / MEBIBYTES * 1024,
  "MiB": ({ peakRss }, idle) => (peakRss - idle) / MEBIBYTE,
};

/**
 * Measures the peers.
 *
 * @returns What was found.
 */
export async function benchPeers(): Promise<BenchFindings> {
  await using server = await startBenchServer();
  const task: UploadTask = {
    path: await videoFile(MEBIBYTES),
    size: MEBIBYTES * MEBIBYTE,
    module: "media",
    partSize: 10 * MEBIBYTE,
    concurrency: 3,
    url: server.url,
  };
  const run = (name: UploaderName, ...idle: string[]) => async () => {
    const cost = await runChild<Cost>("upload_child.ts", [name, JSON.stringify(task), ...idle], {
      compiled: true,
    });
    await server.expectReceived(idle.length > 0 ? 0 : task.size);
    return cost;
  };
  const names: Name[] = [...OURS, ...PEERS];
  const turns = (...idle: string[]) =>
    Object.fromEntries(names.map((name) => [name, run(name, ...idle)])) as Record<Name, () => Promise<Cost>>;
  // The first runs compile TypeScript, and keep the outcome for the others.
  await takeTurns<Name, Cost>(2, turns("idle"));
  const idle = await takeTurns<Name, Cost>(3, turns("idle"));
  const busy = await takeTurns<Name, Cost>(5, turns());

  const figures = (name: Name, unit: string) => {
    const idleRss = median(idle[name].map(({ peakRss }) => peakRss));
    return busy[name].map((cost) => FIGURES[unit]!(cost, idleRss));
  };
  const compare = (unit: string, ours: typeof OURS[number], peer: typeof PEERS[number]): BenchResult =>
    compareRounds(figures(ours, unit), {
      name: `peers: 1 GiB, ${ours}`,
      unit,
      better: unit === "MiB/s" ? "more" : "less",
      yardstick: peer,
      yardstickRounds: figures(peer, unit),
    });
  const results = OURS.flatMap((ours) =>
    PEERS.flatMap((peer) => Object.keys(FIGURES).map((unit) => compare(unit, ours, peer)))
  );
  return { results };
}

if (import.meta.main) console.log(formatResults((await benchPeers()).results));
