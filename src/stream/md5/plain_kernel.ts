import { type Kernel, MEMORY_PAGES } from "./kernel.ts";

/** By how many bits a step rotates: four figures a round, which its steps take in turns. */
export const ROTATIONS: readonly number[] = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];

/** RFC 1321's table T. No engine's sine is so far off as to change one: 32 of a double's 53 bits are looked at. */
export const CONSTANTS: Int32Array = Int32Array.from(
  { length: 64 },
  (_, step) => Math.floor(Math.abs(Math.sin(step + 1)) * 2 ** 32),
);

/** Which of the block's 16 words each step adds. */
export const WORDS: Uint8Array = Uint8Array.from(
  { length: 64 },
  (_, step) => [step, 5 * step + 1, 3 * step + 5, 7 * step][step >> 4]! % 16,
);

function roundFunction(round: number, b: number, c: number, d: number): number {
  if (round === 0) return (b & c) | (~b & d);
  if (round === 1) return (d & b) | (~d & c);
  if (round === 2) return b ^ c ^ d;
  return c ^ (b | ~d);
}

/**
 * Makes a kernel in plain code, as RFC 1321 describes MD5: the last resort, where WebAssembly is missing or refused.
 * It runs everywhere, and half as fast.
 *
 * @returns The kernel.
 */
export function createPlainKernel(): Kernel {
  const memory = new Uint8Array(MEMORY_PAGES * 64 * 1024);
  const view = new DataView(memory.buffer);
  // V8 looks up what is exported at each use: 15 % slower.
  const [words, constants, rotations] = [WORDS, CONSTANTS, ROTATIONS];

  function compress(state: number, data: number): void {
    const a0 = view.getInt32(state, true);
    const b0 = view.getInt32(state + 4, true);
    const c0 = view.getInt32(state + 8, true);
    const d0 = view.getInt32(state + 12, true);
    let a = a0;
    let b = b0;
    let c = c0;
    let d = d0;
    for (let step = 0; step < 64; step++) {
      const round = step >> 4;
      const word = view.getInt32(data + 4 * words[step]!, true);
      const sum = (a + roundFunction(round, b, c, d) + word + constants[step]!) | 0;
      const rotation = rotations[4 * round + (step % 4)]!;
      a = d;
      d = c;
      c = b;
      b = (b + ((sum << rotation) | (sum >>> (32 - rotation)))) | 0;
    }
    view.setInt32(state, a0 + a, true);
    view.setInt32(state + 4, b0 + b, true);
    view.setInt32(state + 8, c0 + c, true);
    view.setInt32(state + 12, d0 + d, true);
  }

  function single(state: number, data: number, blocks: number): void {
    for (let block = 0; block < blocks; block++) compress(state, data + 64 * block);
  }

  function fused(state1: number, state2: number, data1: number, data2: number, blocks: number): void {
    single(state1, data1, blocks);
    single(state2, data2, blocks);
  }

  return { memory, single, fused };
}
