/**
 * Reading a file into parts of 4 MiB: `fileSource`, whose parts are given back at once, against `FileHandle.read` into
 * fresh buffers.
 *
 * `node bench/reading.ts [--quick]`
 *
 * @module
 */
import process from "node:process";
import { fileSource } from "../src/node/mod.ts";
import type { BenchFindings, BenchOptions } from "./bench.ts";
import { compareRounds } from "./compare_rounds.ts";
import { formatResults } from "./format_results.ts";
import { takeTurns } from "./take_turns.ts";
import { readParts } from "./uploaders/read_parts.ts";
import { videoFile } from "./video_file.ts";

const MEBIBYTES = 256;
const PART_SIZE = 4 * 1024 * 1024;

/**
 * Measures reading.
 *
 * @param options How thoroughly.
 * @returns What was found.
 */
export async function benchReading(options: BenchOptions = {}): Promise<BenchFindings> {
  const path = await videoFile(MEBIBYTES);
  const { signal } = new AbortController();
  const figures = await takeTurns(options.quick ? 7 : 21, {
    "fileSource": () =>
      measure(async () => {
        const source = await fileSource(path);
        for await (const part of source.parts(PART_SIZE, { buffers: 4, signal })) source.release(part);
      }),
    "FileHandle.read": () =>
      measure(async () => {
        for await (const _part of readParts(path, PART_SIZE));
      }),
  });
  const result = compareRounds(figures["fileSource"], {
    name: "reading: a file of 256 MiB into 4 MiB parts",
    unit: "MiB/s",
    better: "more",
    yardstick: "FileHandle.read",
    yardstickRounds: figures["FileHandle.read"],
    target: { atLeast: 0.8 },
  });
  return { results: [result] };
}

async function measure(read: () => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  await read();
  return MEBIBYTES / (performance.now() - startedAt) * 1000;
}

if (import.meta.main) {
  const { results } = await benchReading({ quick: process.argv.includes("--quick") });
  console.log(formatResults(results));
}
