/**
 * Ways to build a request's body, on each runtime: the measurement behind `bodyStyle`. 512 MiB in parts of 4 MiB, three in
 * flight, against `FormData`.
 *
 * `node bench/bodies.ts`
 *
 * @module
 */
import type { BodyStyle } from "../src/runtime.ts";
import type { BenchFindings } from "./bench.ts";
import { compareRounds } from "./compare_rounds.ts";
import { formatResults } from "./format_results.ts";
import type { Cost } from "./measure_cost.ts";
import type { BenchResult } from "./result.ts";
import { runChild, type RuntimeName } from "./run_child.ts";
import { startBenchServer } from "./server/start_bench_server.ts";
import { takeTurns } from "./take_turns.ts";
import type { UploadTask } from "./uploaders/upload_task.ts";

const MEBIBYTE = 1024 * 1024;
const MEBIBYTES = 512;

/** What can be sent with a `Content-Length`. The first is what `bodyStyle` says, but for browsers. */
const STYLES: Record<RuntimeName, BodyStyle[]> = {
  node: ["stream", "bytes", "blob"],
  deno: ["bytes", "blob"],
  bun: ["stream", "bytes", "blob"],
};

/**
 * Measures bodies.
 *
 * @returns What was found.
 */
export async function benchBodies(): Promise<BenchFindings> {
  await using server = await startBenchServer();
  const task: UploadTask = {
    path: "",
    size: MEBIBYTES * MEBIBYTE,
    module: "media_space",
    partSize: 4 * MEBIBYTE,
    concurrency: 3,
    url: server.url,
  };
  const results: BenchResult[] = [];
  for (const runtime of Object.keys(STYLES) as RuntimeName[]) {
    const send = (style: BodyStyle | "FormData") => async () => {
      const { ms } = await runChild<Cost>("body_child.ts", [style, JSON.stringify(task)], { runtime });
      await server.expectReceived(task.size);
      return MEBIBYTES / ms * 1000;
    };
    const contenders = ["FormData" as const, ...STYLES[runtime]].map((style) => [style, send(style)]);
    const speeds = await takeTurns<BodyStyle | "FormData", number>(5, Object.fromEntries(contenders));
    for (const style of STYLES[runtime]) {
      const result = compareRounds(speeds[style], {
        name: `bodies: ${style}, on ${runtime}`,
        unit: "MiB/s",
        better: "more",
        yardstick: "FormData",
        yardstickRounds: speeds.FormData,
      });
      results.push({ ...result, runtime });
    }
  }
  return { results };
}

if (import.meta.main) console.log(formatResults((await benchBodies()).results));
