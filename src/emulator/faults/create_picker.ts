import type { Fault } from "./fault.ts";

/** Tells whether a fault fires on the n-th call, counted from 1. To be asked once for each call, in order. */
export type Picker = (call: number) => boolean;

/** Creates the picker of a fault. */
export function createPicker({ calls, every, probability, seed = 1 }: Fault): Picker {
  if (calls !== undefined) {
    const picked = new Set([calls].flat());
    return (call) => picked.has(call);
  }
  if (every !== undefined) return (call) => call % every === 0;
  if (probability === undefined) return () => true;
  const random = createRandom(seed);
  return () => random() < probability;
}

/** Numbers from 0 to below 1 that look random and depend on nothing but the seed (Mulberry32). */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
