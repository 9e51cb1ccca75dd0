import type { Fault } from "../../src/emulator/mod.ts";

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
  const passing = [...UNDONE, ...DONE];
  const kinds: Record<string, readonly Kind[]> = {
    init_video_upload: [...passing, ...TOKEN, ...FINAL],
    upload_video_part: [...passing, ...TOKEN, ...FINAL],
    complete_video_upload: [...passing, ...TOKEN],
    get_video_upload_result: [...passing, ...TOKEN],
    cancel_video_upload: passing,
    // A pair of tokens that is lost with its answer would end the whole soak: no client can get another.
    "auth/access_token/get": UNDONE,
  };
  let count = 0;
  return Object.entries(kinds).flatMap(([endpoint, kinds]) =>
    kinds.map((kind) => ({ ...kind, endpoint, probability: rate / kinds.length, seed: seed * 1000 + count++ }))
  );
}
