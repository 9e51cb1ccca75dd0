/**
 * Folds 64-byte blocks into MD5 states, all of it in one small memory. The WebAssembly module has this shape, and the
 * plain fallback takes it on, so that cutting into blocks, padding and carrying over are written once, for both.
 */
export interface Kernel {
  /** Where states and data lie: the addresses below are indices into it. */
  readonly memory: Uint8Array<ArrayBuffer>;
  /**
   * Folds `blocks` blocks from address `data` into the 16-byte state at address `state`. The parameters stand in a row
   * here and in `fused` because that is how a WebAssembly function takes them.
   */
  single(state: number, data: number, blocks: number): void;
  /** The same for two states at once, each with data of its own, which may overlap. */
  fused(state1: number, state2: number, data1: number, data2: number, blocks: number): void;
}

/** Size of the memory, in pages of 64 KiB. */
export const MEMORY_PAGES = 2;

/** Address of a part's state. */
export const PART_STATE = 32;

/** Address of the whole file's state. */
export const WHOLE_STATE = 48;

/**
 * Address that data is copied to. The 64 bytes before it belong to those bytes of the whole file that did not fill a
 * block yet: they end where the new data begins.
 */
export const DATA = 128;

/**
 * Bytes that are copied in at a time. More gains nothing warm and loses cold: an engine puts optimised code to use at the
 * next call only, so a call that hashes all of a 4 MiB part keeps the slow code running to its end. The first 30 MiB of
 * a Node process take 63 ms in steps of 64 KiB and 82 ms in steps of 4 MiB.
 */
export const STEP: number = 64 * 1024;

/** By how many bits RFC 1321 rotates: four figures a round, which its steps take in turns. */
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
