/**
 * Digests of a 30 MiB video and its parts of 4 MiB, and of one such part alone: our kernel against `hash-wasm` and
 * `node:crypto`, warm in this process and cold in fresh ones.
 *
 * `node bench/digest.ts [--quick]`, and the same with `deno run -A` and with `bun`.
 *
 * @module
 */
import { measure } from "mitata";
import { execFile } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { compareRounds, type CompareRoundsOptions } from "./compare_rounds.ts";
import {
  DIGEST_CONTENDERS,
  type DigestContender,
  type DigestContenderName,
  type HashParts,
  videoParts,
} from "./digest_contenders.ts";
import { formatResults } from "./format_results.ts";
import type { BenchResult } from "./result.ts";
import { RUNTIME } from "./runtime.ts";

/** Options of {@linkcode benchDigests}. */
export interface BenchDigestsOptions {
  /** Fewer rounds: enough to notice a gross regression. @default false */
  quick?: boolean;
}

/** Figures of each contender, one for each round. All take turns, so that noise meets them alike. */
type Rounds = Record<DigestContenderName, number[]>;

const NAMES = Object.keys(DIGEST_CONTENDERS) as DigestContenderName[];
const YARDSTICKS = ["node:crypto", "hash-wasm"] as const;

/** Least ratios, where there is something to be reached. */
const TARGETS: Record<string, number> = {
  "node: whole + parts, warm, to node:crypto": 1.6,
  "node: whole + parts, warm, to hash-wasm": 2.2,
  "deno: whole + parts, warm, to node:crypto": 2,
  "bun: whole + parts, warm, to node:crypto": 1.2,
  "node: whole + parts, cold, to node:crypto": 1.5,
  "node: whole + parts, cold, to hash-wasm": 2,
  "node: part alone, warm, to node:crypto": 0.95,
  "node: part alone, warm, to hash-wasm": 1.3,
};

/**
 * Measures digests.
 *
 * @param options How thoroughly.
 * @returns One result for each thing measured and each yardstick.
 */
export async function benchDigests(options: BenchDigestsOptions = {}): Promise<BenchResult[]> {
  const { quick = false } = options;
  const warm = { rounds: quick ? 5 : 15, unit: "MiB/s", better: "more" } as const;
  const parts = videoParts();
  const wholeAndParts = await warmRounds("wholeAndParts", parts, warm.rounds);
  // One part again and again: in an upload, too, a part was just filled and lies in the caches as far as it fits.
  const partAlone = await warmRounds("partsAlone", parts.slice(0, 1), warm.rounds);
  const cold = await coldRounds(quick ? 5 : 15);
  return [
    ...resultsOf("whole + parts, warm", wholeAndParts, warm),
    ...resultsOf("part alone, warm", partAlone, warm),
    ...resultsOf("whole + parts, cold", cold, { unit: "ms", better: "less" }),
  ];
}

async function warmRounds(mode: keyof DigestContender, parts: Uint8Array[], count: number): Promise<Rounds> {
  const mebibytes = parts.reduce((size, part) => size + part.length, 0) / 2 ** 20;
  const contenders = new Map<DigestContenderName, HashParts>();
  for (const name of NAMES) contenders.set(name, await DIGEST_CONTENDERS[name][mode]());

  const expected = String(contenders.get("node:crypto")!(parts));
  for (const [name, hashParts] of contenders) {
    if (String(hashParts(parts)) !== expected) throw new Error(`Cannot measure ${name}: its digests are wrong`);
  }
  return await takeTurns(count, async (name) => {
    const hashParts = contenders.get(name)!;
    const { p50 } = await measure(() => hashParts(parts), { gc: false, min_samples: 3, min_cpu_time: 100e6 });
    return mebibytes / (p50 / 1e9);
  });
}

function coldRounds(count: number): Promise<Rounds> {
  const run = promisify(execFile);
  const script = fileURLToPath(new URL("./digest_cold.ts", import.meta.url));
  return takeTurns(count, async (name) => {
    const { stdout } = await run(process.execPath, [...(RUNTIME.name === "deno" ? ["run", "-A"] : []), script, name]);
    return Number(stdout);
  });
}

async function takeTurns(count: number, figureOf: (name: DigestContenderName) => Promise<number>): Promise<Rounds> {
  const rounds: Rounds = { "kernel": [], "hash-wasm": [], "node:crypto": [] };
  for (let round = 0; round < count; round++) {
    for (const name of NAMES) rounds[name].push(await figureOf(name));
  }
  return rounds;
}

function resultsOf(
  name: string,
  rounds: Rounds,
  options: Pick<CompareRoundsOptions, "unit" | "better">,
): BenchResult[] {
  return YARDSTICKS.map((yardstick) => {
    const atLeast = TARGETS[`${RUNTIME.name}: ${name}, to ${yardstick}`];
    return compareRounds(rounds.kernel, {
      name: `digests: ${name}`,
      unit: options.unit,
      better: options.better,
      yardstick,
      yardstickRounds: rounds[yardstick],
      target: atLeast === undefined ? undefined : { atLeast },
    });
  });
}

if (import.meta.main) console.log(formatResults(await benchDigests({ quick: process.argv.includes("--quick") })));
