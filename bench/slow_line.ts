/**
 * Whole uploads over lines that are steady, but so slow that a part takes minutes, with the defaults: against the time that
 * no client can beat. Once with the small buffers of a slow line's sockets, where a body is seen to move; and once with those
 * of loopback, where a part is in the kernel at once, and its answer comes minutes later.
 *
 * Small buffers want a network namespace of Linux's, which `unshare` makes, for a user who is not root, too.
 *
 * `node bench/slow_line.ts` takes three minutes.
 *
 * @module
 */
import { execFile } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { BenchFindings } from "./bench.ts";
import { formatResults } from "./format_results.ts";
import type { Cost } from "./measure_cost.ts";
import type { BenchResult } from "./result.ts";
import { runChild } from "./run_child.ts";
import { RUNTIME } from "./runtime.ts";
import { startBenchServer } from "./server/start_bench_server.ts";
import type { UploadTask } from "./uploaders/upload_task.ts";
import { videoFile } from "./video_file.ts";

const MEBIBYTE = 1024 * 1024;
const LINES = [
  // 9.3 MB.
  { module: "media_space", mebibytes: 8.875, partSize: 4 * MEBIBYTE, bandwidth: 62_000 },
  { module: "media", mebibytes: 30, partSize: 10 * MEBIBYTE, bandwidth: 240_000 },
] as const;

/** A namespace of its own, whose sockets have small buffers. */
const SMALL_BUFFERS = `ip link set lo up &&
  echo 4096 16384 32768 > /proc/sys/net/ipv4/tcp_wmem &&
  echo 4096 16384 32768 > /proc/sys/net/ipv4/tcp_rmem &&
  exec "$0" "$@"`;

/**
 * Measures the slow lines.
 *
 * @returns What was found.
 */
export async function benchSlowLine(): Promise<BenchFindings> {
  // All at once: none of them has anything to do but wait.
  const results = await Promise.all([measure("large buffers"), measureWithSmallBuffers()]);
  return { results: results.flat() };
}

async function measureWithSmallBuffers(): Promise<BenchResult[]> {
  const self = [process.execPath, fileURLToPath(import.meta.url), "--inside"];
  const run = promisify(execFile);
  const { stdout } = await run("unshare", ["--net", "--map-root-user", "sh", "-c", SMALL_BUFFERS, ...self]);
  return JSON.parse(stdout) as BenchResult[];
}

function measure(buffers: string): Promise<BenchResult[]> {
  return Promise.all(LINES.map(async ({ module, mebibytes, partSize, bandwidth }) => {
    await using server = await startBenchServer({ bandwidth, roundTrip: 40, partDelay: 0 });
    const size = mebibytes * MEBIBYTE;
    const task: UploadTask = {
      ...{ module, size, partSize, url: server.url },
      path: await videoFile(mebibytes),
      concurrency: 3,
    };
    const { ms } = await runChild<Cost>("upload_child.ts", ["ours: fileSource", JSON.stringify(task)]);
    await server.expectReceived(size);
    return {
      name: `slow line: ${(size / 1e6).toFixed(1)} MB to ${module} at ${bandwidth / 1000} kB/s, ${buffers}`,
      runtime: `${RUNTIME.name} ${RUNTIME.version}`,
      unit: "× ideal",
      value: ms / (size / bandwidth * 1000),
      target: { atMost: 1.15 },
    };
  }));
}

if (import.meta.main) {
  if (process.argv.includes("--inside")) console.log(JSON.stringify(await measure("small buffers")));
  else console.log(formatResults((await benchSlowLine()).results));
}
