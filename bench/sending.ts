/**
 * Sending parts of 4 MiB that lie in memory, three in flight: ours against `fetch` with `FormData(Blob)`, each in fresh
 * processes.
 *
 * `node bench/sending.ts [--quick]`
 *
 * @module
 */
import process from "node:process";
import type { BenchFindings, BenchOptions } from "./bench.ts";
import { compareRounds } from "./compare_rounds.ts";
import { formatResults } from "./format_results.ts";
import type { Cost } from "./measure_cost.ts";
import { median } from "./median.ts";
import type { BenchResult } from "./result.ts";
import { runChild } from "./run_child.ts";
import { RUNTIME } from "./runtime.ts";
import type { SenderName } from "./send_child.ts";
import { startBenchServer } from "./server/start_bench_server.ts";
import { takeTurns } from "./take_turns.ts";
import type { UploadTask } from "./uploaders/upload_task.ts";

const MEBIBYTE = 1024 * 1024;

/**
 * Measures sending.
 *
 * @param options How thoroughly.
 * @returns What was found.
 */
export async function benchSending(options: BenchOptions = {}): Promise<BenchFindings> {
  const mebibytes = options.quick ? 512 : 1024;
  await using server = await startBenchServer();
  const task: UploadTask = {
    path: "",
    size: mebibytes * MEBIBYTE,
    module: "media_space",
    partSize: 4 * MEBIBYTE,
    concurrency: 3,
    url: server.url,
  };
  const send = (sender: SenderName) => async () => {
    const cost = await runChild<Cost>("send_child.ts", [sender, JSON.stringify(task)]);
    await server.expectReceived(task.size);
    return cost;
  };
  const costs = await takeTurns(options.quick ? 3 : 9, {
    "ours": send("ours"),
    "fetch + FormData": send("fetch + FormData"),
  });
  const compare = (unit: "MiB/s" | "CPU s/GiB", figureOf: (cost: Cost) => number, target?: BenchResult["target"]) =>
    compareRounds(costs.ours.map(figureOf), {
      name: "sending: 4 MiB parts, 3 in flight",
      unit,
      better: unit === "MiB/s" ? "more" : "less",
      yardstick: "fetch + FormData",
      yardstickRounds: costs["fetch + FormData"].map(figureOf),
      target,
    });
  const cpuPerGibibyte = ({ cpuSeconds }: Cost) => cpuSeconds / mebibytes * 1024;
  const cpu: BenchResult = {
    name: "sending: processor time",
    runtime: `${RUNTIME.name} ${RUNTIME.version}`,
    unit: "CPU s/GiB",
    value: median(costs.ours.map(cpuPerGibibyte)),
    target: { atMost: 1.3 },
  };
  return {
    results: [
      compare("MiB/s", ({ ms }) => mebibytes / ms * 1000, { atLeast: 2.5 }),
      compare("CPU s/GiB", cpuPerGibibyte, { atLeast: 2 }),
      cpu,
    ],
  };
}

if (import.meta.main) {
  const { results } = await benchSending({ quick: process.argv.includes("--quick") });
  console.log(formatResults(results));
}
