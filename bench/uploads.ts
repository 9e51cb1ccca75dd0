/**
 * Whole uploads over loopback, from the file's first byte to the answer that the video is there, each in a fresh process:
 * ours against `md5sum && curl --parallel`, and against what is usually written. `warm` is a process that has uploaded
 * before, as a server has.
 *
 * `node bench/uploads.ts`
 *
 * @module
 */
import type { BenchFindings, BenchPoint } from "./bench.ts";
import { compareRounds } from "./compare_rounds.ts";
import { createCurlUpload } from "./curl_upload.ts";
import { formatResults } from "./format_results.ts";
import type { Cost } from "./measure_cost.ts";
import { median } from "./median.ts";
import type { BenchResult } from "./result.ts";
import { runChild } from "./run_child.ts";
import { type BenchServer, startBenchServer } from "./server/start_bench_server.ts";
import { takeTurns } from "./take_turns.ts";
import type { UploaderName } from "./uploaders/uploaders.ts";
import type { UploadTask } from "./uploaders/upload_task.ts";
import { videoFile } from "./video_file.ts";

const MEBIBYTE = 1024 * 1024;
const CURL = "md5sum && curl --parallel";

/** What is uploaded, and what must come of it. */
interface Case {
  module: UploadTask["module"];
  mebibytes: number;
  rounds: number;
  /** Ratios to be reached: of a warm process to `curl`, and of a fresh one to the naive chain. */
  targets?: { curl: number; naiveChain: number };
}

const CASES: Case[] = [
  { module: "media_space", mebibytes: 30, rounds: 11 },
  { module: "media", mebibytes: 256, rounds: 11, targets: { curl: 0.95, naiveChain: 3 } },
  { module: "media", mebibytes: 1024, rounds: 5 },
];

/**
 * Measures whole uploads.
 *
 * @returns What was found.
 */
export async function benchUploads(): Promise<BenchFindings> {
  await using server = await startBenchServer();
  const results: BenchResult[] = [];
  for (const each of CASES) results.push(...await benchCase(each, server));
  return { results, plots: { concurrency: await growConcurrency(server) } };
}

async function benchCase({ module, mebibytes, rounds, targets }: Case, server: BenchServer): Promise<BenchResult[]> {
  const task = await taskOf(server, { module, mebibytes });
  await using curl = await createCurlUpload(task);
  const upload = (name: UploaderName, ...mode: "warm"[]) => () => uploadOnce(name, { task, server }, ...mode);
  const speeds = await takeTurns(rounds, {
    [CURL]: async () => mebibytes / await curl.run() * 1000,
    "fileSource, warm": upload("ours: fileSource", "warm"),
    "fileSource": upload("ours: fileSource"),
    "pipe": upload("ours: pipe"),
    "naive chain": upload("naive chain"),
    "fetch loop": upload("fetch loop"),
    "SDK loop": upload("SDK loop"),
  });
  const compare = (ours: keyof typeof speeds, yardstick: keyof typeof speeds, atLeast?: number) =>
    compareRounds(speeds[ours], {
      name: `upload of ${mebibytes} MiB (${module}), ${ours}`,
      unit: "MiB/s",
      better: "more",
      yardstick,
      yardstickRounds: speeds[yardstick],
      target: atLeast === undefined ? undefined : { atLeast },
    });
  return [
    compare("fileSource, warm", CURL, targets?.curl),
    compare("fileSource", CURL),
    compare("fileSource", "naive chain", targets?.naiveChain),
    compare("fileSource", "fetch loop"),
    compare("fileSource", "SDK loop"),
    compare("pipe", CURL),
    compare("pipe", "naive chain"),
  ];
}

/** MiB/s, by parts in flight. */
async function growConcurrency(server: BenchServer): Promise<BenchPoint[]> {
  const points: BenchPoint[] = [];
  for (const concurrency of [1, 2, 3, 4, 6, 8, 16]) {
    const task = { ...await taskOf(server, { module: "media", mebibytes: 256 }), concurrency };
    const speeds = await takeTurns(3, {
      "ours: fileSource": () => uploadOnce("ours: fileSource", { task, server }),
      "ours: pipe": () => uploadOnce("ours: pipe", { task, server }),
      "naive chain": () => uploadOnce("naive chain", { task, server }),
    });
    for (const [line, rounds] of Object.entries(speeds)) points.push({ line, x: concurrency, y: median(rounds) });
  }
  return points;
}

async function taskOf(
  { url }: BenchServer,
  { module, mebibytes }: Pick<Case, "module" | "mebibytes">,
): Promise<UploadTask> {
  const partSize = module === "media" ? 10 * MEBIBYTE : 4 * MEBIBYTE;
  return { path: await videoFile(mebibytes), size: mebibytes * MEBIBYTE, module, partSize, concurrency: 3, url };
}

interface UploadOnceOptions {
  task: UploadTask;
  server: BenchServer;
}

async function uploadOnce(name: UploaderName, options: UploadOnceOptions, ...mode: "warm"[]): Promise<number> {
  const { task, server } = options;
  const { ms } = await runChild<Cost>("upload_child.ts", [name, JSON.stringify(task), ...mode]);
  await server.expectReceived(task.size);
  return task.size / MEBIBYTE / ms * 1000;
}

if (import.meta.main) console.log(formatResults((await benchUploads()).results));
