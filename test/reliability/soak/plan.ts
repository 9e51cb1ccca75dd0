import type { VideoModule, VideoSource } from "../../../mod.ts";
import type { Fault } from "../../../src/emulator/mod.ts";
import { noise } from "../../support/bytes.ts";
import { streamFrom } from "../../support/streams.ts";

/** One upload of a soak. */
export interface PlannedUpload {
  module: VideoModule;
  bytes: Uint8Array<ArrayBuffer>;
  /** Makes the source. */
  source(): VideoSource;
  concurrency: number;
  /** Milliseconds until the user gives up, if he does. */
  abortAfter?: number;
  /** What the source fails with, if it does. */
  sourceError?: Error;
}

const KIB = 1024;

/**
 * Plans an upload: its module, size, kind of source, and what its user does to it.
 *
 * @param random The dice.
 * @param index Number of the upload.
 * @returns The plan.
 */
export function planUpload(random: Random, index: number): PlannedUpload {
  const module = random.pick(["media_space", "media"] as const);
  const largest = random.pick([4, 100, 300, 300, 1_000, 1_000, module === "media" ? 4_000 : 9_000]) * KIB;
  const bytes = noise(random.whole(1, largest), index);
  const kind = random.pick(["blob", "bytes", "stream", "iterable"] as const);
  const chunkSize = random.whole(bytes.length >> 5, bytes.length) + 1;
  const sourceError = kind === "stream" && random.next() < 0.2 ? new Error("The source has failed") : undefined;

  async function* chunks(): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    const end = sourceError === undefined ? bytes.length : bytes.length >> 1;
    for (let start = 0; start < end; start += chunkSize) yield bytes.slice(start, Math.min(end, start + chunkSize));
    if (sourceError !== undefined) throw sourceError;
  }
  const sources: Record<typeof kind, () => VideoSource> = {
    blob: () => new Blob([bytes]),
    bytes: () => bytes,
    stream: () => streamFrom(chunks()),
    iterable: chunks,
  };
  return {
    module,
    bytes,
    source: sources[kind],
    concurrency: random.whole(1, 4),
    abortAfter: random.next() < 0.05 ? random.whole(0, 300) : undefined,
    sourceError,
  };
}

type Kind = Omit<Fault, "endpoint" | "probability" | "seed">;

/** Nothing has been done when these strike. */
const UNDONE: readonly Kind[] = [
  { kind: "reset-before" },
  { kind: "stall-before" },
  { kind: "html" },
  { kind: "empty" },
  { kind: "status", status: 429, retryAfter: 0 },
  { kind: "status", status: 503 },
  { kind: "error", error: "error_server" },
];

/** All has been done, but the answer is of no use. */
const DONE: readonly Kind[] = [
  { kind: "reset-after" },
  { kind: "cut" },
  { kind: "stall-middle" },
  { kind: "truncated" },
  { kind: "error", error: "error_network", status: 500, after: true },
];

const TOKEN: readonly Kind[] = [
  { kind: "expired-token" },
  { kind: "clock", offset: 3600 },
];

/** Not to be sent again: such an upload fails, and has to be cancelled. */
const FINAL: readonly Kind[] = [{ kind: "error", error: "error_data", message: "A final one." }];

/**
 * Makes faults that strike at random.
 *
 * @param rate How many of all calls go wrong, 0 to 1.
 * @param seed The same seed makes the same dice.
 * @returns The faults.
 */
export function soakFaults(rate: number, seed: number): Fault[] {
  const transient = [...UNDONE, ...DONE];
  const kinds: Record<string, readonly Kind[]> = {
    init_video_upload: [...transient, ...TOKEN, ...FINAL],
    upload_video_part: [...transient, ...TOKEN, ...FINAL],
    complete_video_upload: [...transient, ...TOKEN],
    get_video_upload_result: [...transient, ...TOKEN],
    cancel_video_upload: transient,
    // A pair of tokens that is lost with its answer would end the whole soak: no client can get another.
    "auth/access_token/get": UNDONE,
  };
  let count = 0;
  return Object.entries(kinds).flatMap(([endpoint, kinds]) =>
    kinds.map((kind) => ({ ...kind, endpoint, probability: rate / kinds.length, seed: seed * 1000 + count++ }))
  );
}

/** Throws the dice. */
export interface Random {
  /** A number from 0 to below 1. */
  next(): number;
  /** A whole number, both ends included. */
  whole(from: number, to: number): number;
  /** One of several. */
  pick<T>(choices: readonly T[]): T;
}

/** Makes dice that fall the same way for the same seed (Mulberry32). */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  function next(): number {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
  const whole = (from: number, to: number) => from + Math.floor(next() * (to - from + 1));
  return { next, whole, pick: (choices) => choices[whole(0, choices.length - 1)]! };
}
