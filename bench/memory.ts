/**
 * Memory of a process that uploads a file in parts of 10 MiB, three in flight: the most it ever has, over that of a
 * process that has loaded the same modules.
 *
 * `node bench/memory.ts`
 *
 * @module
 */
import type { BenchFindings, BenchPoint } from "./bench.ts";
import { formatResults } from "./format_results.ts";
import type { Cost } from "./measure_cost.ts";
import { median } from "./median.ts";
import type { BenchResult } from "./result.ts";
import { runChild } from "./run_child.ts";
import { RUNTIME } from "./runtime.ts";
import { type BenchServer, startBenchServer } from "./server/start_bench_server.ts";
import { SHOPEE_UPLOADERS, type UploaderName } from "./uploaders/uploaders.ts";
import type { UploadTask } from "./uploaders/upload_task.ts";
import { videoFile } from "./video_file.ts";

const MEBIBYTE = 1024 * 1024;
const SIZES = [10, 50, 100, 256, 512, 1024];
const PART = 10;
const CONCURRENCY = 3;

/**
 * Measures memory.
 *
 * @returns What was found.
 */
export async function benchMemory(): Promise<BenchFindings> {
  await using server = await startBenchServer();
  const points: BenchPoint[] = [];
  for (const line of SHOPEE_UPLOADERS) {
    // The first runs compile TypeScript, and keep the outcome for the others.
    await peakOf(line, { mebibytes: SIZES[0]!, server });
    const idle = await peakOf(line, { mebibytes: SIZES[0]!, server, idle: true });
    for (const mebibytes of SIZES) {
      points.push({ line, x: mebibytes, y: await peakOf(line, { mebibytes, server }) - idle });
    }
  }
  const at = (line: UploaderName, size: number) => points.find((point) => point.line === line && point.x === size)!.y;
  const result = (name: string, value: number, atMost?: number): BenchResult => ({
    name: `memory: ${name}`,
    runtime: `${RUNTIME.name} ${RUNTIME.version}`,
    unit: "MiB",
    value,
    target: atMost === undefined ? undefined : { atMost },
  });
  const ours = "ours: fileSource";
  const results = [
    result(`1 GiB, ${ours}`, at(ours, 1024), CONCURRENCY * PART + 40),
    result(`1 GiB against 100 MiB, ${ours}`, Math.abs(at(ours, 1024) - at(ours, 100)), 5),
    ...SHOPEE_UPLOADERS.filter((line) => line !== ours).map((line) => result(`1 GiB, ${line}`, at(line, 1024))),
  ];
  return { results, plots: { memory: points } };
}

interface PeakOptions {
  mebibytes: number;
  server: BenchServer;
  /** Loads the modules only. */
  idle?: boolean;
}

/** MiB that a process had at most. */
async function peakOf(name: UploaderName, { mebibytes, server, idle = false }: PeakOptions): Promise<number> {
  const size = mebibytes * MEBIBYTE;
  const task: UploadTask = {
    path: await videoFile(mebibytes),
    size,
    module: "media",
    partSize: PART * MEBIBYTE,
    concurrency: CONCURRENCY,
    url: server.url,
  };
  const args = [name, JSON.stringify(task), ...(idle ? ["idle"] : [])];
  const peaks: number[] = [];
  for (let round = 0; round < 3; round++) {
    peaks.push((await runChild<Cost>("upload_child.ts", args, { compiled: true })).peakRss / MEBIBYTE);
    await server.expectReceived(idle ? 0 : size);
  }
  return median(peaks);
}

if (import.meta.main) console.log(formatResults((await benchMemory()).results));
