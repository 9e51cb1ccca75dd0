/**
 * Whole uploads of 30 MiB (`media_space`) over 100 Mbit/s with a round trip of 40 ms, to a server that takes 100 ms for
 * each part: against the time that no client can beat, and against the loops that send one part after the other.
 *
 * `node bench/slow_network.ts`
 *
 * @module
 */
import type { BenchFindings, BenchPoint } from "./bench.ts";
import { compareRounds } from "./compare_rounds.ts";
import { formatResults } from "./format_results.ts";
import type { Cost } from "./measure_cost.ts";
import { median } from "./median.ts";
import type { BenchResult } from "./result.ts";
import { runChild } from "./run_child.ts";
import { RUNTIME } from "./runtime.ts";
import { startBenchServer } from "./server/start_bench_server.ts";
import { takeTurns } from "./take_turns.ts";
import type { UploaderName } from "./uploaders/uploaders.ts";
import type { UploadTask } from "./uploaders/upload_task.ts";
import { videoFile } from "./video_file.ts";

const MEBIBYTE = 1024 * 1024;
const SIZE = 30 * MEBIBYTE;
const NETWORK = { bandwidth: 100e6 / 8, roundTrip: 40, partDelay: 100 };

/** Ms for the file's bytes, the last part's delay, and what can't but follow each other: init, a part, complete, result. */
const IDEAL = SIZE / NETWORK.bandwidth * 1000 + NETWORK.partDelay + 4 * NETWORK.roundTrip;

/**
 * Measures the slow network.
 *
 * @returns What was found.
 */
export async function benchSlowNetwork(): Promise<BenchFindings> {
  await using server = await startBenchServer(NETWORK);
  const task: UploadTask = {
    path: await videoFile(30),
    size: SIZE,
    module: "media_space",
    partSize: 4 * MEBIBYTE,
    concurrency: 3,
    url: server.url,
  };
  const upload = (name: UploaderName, concurrency = task.concurrency) => async () => {
    const { ms } = await runChild<Cost>("upload_child.ts", [name, JSON.stringify({ ...task, concurrency })]);
    await server.expectReceived(SIZE);
    return ms;
  };
  const times = await takeTurns(5, {
    "ours: fileSource": upload("ours: fileSource"),
    "naive chain": upload("naive chain"),
    "fetch loop": upload("fetch loop"),
    "SDK loop": upload("SDK loop"),
  });
  const compare = (yardstick: "naive chain" | "fetch loop" | "SDK loop", target?: BenchResult["target"]) =>
    compareRounds(times["ours: fileSource"], {
      name: "slow network: 30 MiB, 3 in flight",
      unit: "ms",
      better: "less",
      yardstick,
      yardstickRounds: times[yardstick],
      target,
    });
  const toIdeal: BenchResult = {
    name: "slow network: 30 MiB, 3 in flight, against the ideal time",
    runtime: `${RUNTIME.name} ${RUNTIME.version}`,
    unit: "× ideal",
    value: median(times["ours: fileSource"]) / IDEAL,
    target: { atMost: 1.3 },
  };

  const points: BenchPoint[] = [];
  for (const concurrency of [1, 2, 3, 4, 6, 8]) {
    const figures = await takeTurns(3, {
      "ours: fileSource": upload("ours: fileSource", concurrency),
      "naive chain": upload("naive chain", concurrency),
    });
    for (const [line, ms] of Object.entries(figures)) points.push({ line, x: concurrency, y: median(ms) / 1000 });
    for (const line of ["fetch loop", "SDK loop"] as const) {
      points.push({ line, x: concurrency, y: median(times[line]) / 1000 });
    }
    points.push({ line: "ideal", x: concurrency, y: IDEAL / 1000 });
  }
  // A loop that takes 15 % longer is beaten by a factor of 1 / (1 - 0.15).
  const results = [compare("SDK loop", { atLeast: 1.18 }), compare("fetch loop"), compare("naive chain"), toIdeal];
  return { results, plots: { slow_network: points } };
}

if (import.meta.main) console.log(formatResults((await benchSlowNetwork()).results));
