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
