/**
 * Bringing chunks of 64 KiB into parts: `RechunkStream` against what is usually written, and against a stream that passes
 * the chunks on as they are.
 *
 * `node bench/rechunking.ts [--quick]`
 *
 * @module
 */
import process from "node:process";
import { RechunkStream } from "../mod.ts";
import type { BenchFindings, BenchOptions, BenchPoint } from "./bench.ts";
import { compareRounds } from "./compare_rounds.ts";
import { ConcatStream } from "./concat_stream.ts";
import { formatResults } from "./format_results.ts";
import { GatherStream } from "./gather_stream.ts";
import { median } from "./median.ts";
import { takeTurns } from "./take_turns.ts";

type Bytes = Uint8Array<ArrayBuffer>;

const MEBIBYTE = 1024 * 1024;
const CHUNK = new Uint8Array(65_536).fill(1);

const STREAMS = {
  "RechunkStream": (partSize: number) => new RechunkStream(partSize),
  "concat per part": (partSize: number) => new GatherStream(partSize),
  "concat per chunk": (partSize: number) => new ConcatStream(partSize),
  "pass on": () => new TransformStream<Bytes, Bytes>(),
};

/**
 * Measures rechunking.
 *
 * @param options How thoroughly.
 * @returns What was found.
 */
export async function benchRechunking(options: BenchOptions = {}): Promise<BenchFindings> {
  const { quick = false } = options;
  const rounds = quick ? 5 : 11;
  const own = await measureRounds({ partSize: 4 * MEBIBYTE, mebibytes: quick ? 32 : 64, rounds });
  const compare = (yardstick: keyof typeof STREAMS, atLeast?: number) =>
    compareRounds(own["RechunkStream"], {
      name: "rechunking: 64 KiB chunks to 4 MiB parts",
      unit: "MiB/s",
      better: "more",
      yardstick,
      yardstickRounds: own[yardstick],
      target: atLeast === undefined ? undefined : { atLeast },
    });
  const results = [compare("concat per chunk", 3), compare("concat per part"), compare("pass on")];
  return quick ? { results } : { results, plots: { rechunking: await growParts() } };
}

/** Seconds for a GiB, by part size. */
async function growParts(): Promise<BenchPoint[]> {
  const points: BenchPoint[] = [];
  for (const mebibytes of [1, 2, 4, 8, 16, 32]) {
    const figures = await measureRounds({ partSize: mebibytes * MEBIBYTE, mebibytes: 64, rounds: 3 });
    for (const [line, rounds] of Object.entries(figures)) {
      points.push({ line, x: mebibytes, y: 1024 / median(rounds) });
    }
  }
  return points;
}

function measureRounds({ partSize, mebibytes, rounds }: { partSize: number; mebibytes: number; rounds: number }) {
  const measure = (makeStream: (partSize: number) => TransformStream<Bytes, Bytes>) => async () => {
    const startedAt = performance.now();
    await drain(chunks(mebibytes * MEBIBYTE).pipeThrough(makeStream(partSize)));
    return mebibytes / (performance.now() - startedAt) * 1000;
  };
  const contenders = Object.entries(STREAMS).map(([name, makeStream]) => [name, measure(makeStream)]);
  return takeTurns<keyof typeof STREAMS, number>(rounds, Object.fromEntries(contenders));
}

function chunks(size: number): ReadableStream<Bytes> {
  let rest = size;
  return new ReadableStream({
    pull(controller) {
      controller.enqueue(CHUNK);
      rest -= CHUNK.length;
      if (rest <= 0) controller.close();
    },
  });
}

async function drain(stream: ReadableStream<Bytes>): Promise<void> {
  for await (const _part of stream);
}

if (import.meta.main) {
  const { results } = await benchRechunking({ quick: process.argv.includes("--quick") });
  console.log(formatResults(results));
}
