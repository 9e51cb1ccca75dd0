import { toHex } from "../../bytes.ts";
import { DATA, type Kernel, PART_STATE, STEP, WHOLE_STATE } from "./kernel.ts";
import type { Md5Backend, SyncPartHasher } from "./md5_backend.ts";

/** RFC 1321's start: the words 67452301, efcdab89, 98badcfe and 10325476, little-endian. */
const INITIAL_STATE = Uint8Array.of(1, 35, 69, 103, 137, 171, 205, 239, 254, 220, 186, 152, 118, 84, 50, 16);

/** What a padded message ends with: one byte 0x80 at least, and its length in 8 bytes. */
const MIN_PADDING = 9;

/**
 * Makes digests of what a kernel does with blocks. All hashers share the kernel's memory: each call brings in what its
 * file has come to and takes it away again, 80 bytes, so that a hasher costs next to nothing while it waits for data.
 *
 * @param name What the kernel is built on.
 * @param kernel Does the work.
 * @returns The backend.
 */
export function kernelBackend(name: Md5Backend["name"], kernel: Kernel): Md5Backend {
  const { memory } = kernel;
  const view = new DataView(memory.buffer, memory.byteOffset, memory.byteLength);

  /** Pads the last `rest` bytes of a message, which begin at `start`, and tells its digest. */
  function finish(state: number, start: number, rest: number, length: number): string {
    const size = rest + MIN_PADDING <= 64 ? 64 : 128;
    const end = start + size;
    memory.fill(0, start + rest, end);
    memory[start + rest] = 0x80;
    // The length in bits can pass 2^32, and bitwise operators take 32 bits only.
    view.setUint32(end - 8, (length % 2 ** 29) * 8, true);
    view.setUint32(end - 4, Math.floor(length / 2 ** 29), true);
    kernel.single(state, start, size / 64);
    return toHex(memory.subarray(state, state + 16));
  }

  function md5(bytes: Uint8Array): string {
    memory.set(INITIAL_STATE, PART_STATE);
    for (let offset = 0; offset < bytes.length; offset += STEP) {
      const step = bytes.subarray(offset, offset + STEP);
      memory.set(step, DATA);
      kernel.single(PART_STATE, DATA, step.length >> 6);
    }
    const rest = bytes.length % 64;
    return finish(PART_STATE, DATA + (bytes.length % STEP) - rest, rest, bytes.length);
  }

  function createPartHasher(): SyncPartHasher {
    // The file's state and the bytes of it that did not fill a block yet lie side by side, and are kept like that.
    const saved = new Uint8Array(DATA - WHOLE_STATE);
    saved.set(INITIAL_STATE);
    let length = 0;

    function hashPart(bytes: Uint8Array): string {
      memory.set(saved, WHOLE_STATE);
      memory.set(INITIAL_STATE, PART_STATE);
      // Bytes of the file that wait before DATA: its blocks begin, and so end, that much earlier than the part's.
      const lag = length % 64;
      for (let offset = 0; offset < bytes.length; offset += STEP) {
        const step = bytes.subarray(offset, offset + STEP);
        memory.set(step, DATA);
        const blocks = step.length >> 6;
        kernel.fused(WHOLE_STATE, PART_STATE, DATA - lag, DATA, blocks);
        // What is left of the part's last step may, with the lag, make another block of the file's.
        const left = lag + (step.length % 64);
        if (left >= 64) kernel.single(WHOLE_STATE, DATA - lag + 64 * blocks, 1);
        const end = DATA + step.length;
        memory.copyWithin(DATA - (left % 64), end - (left % 64), end);
      }
      length += bytes.length;
      saved.set(memory.subarray(WHOLE_STATE, DATA));
      const rest = bytes.length % 64;
      return finish(PART_STATE, DATA + (bytes.length % STEP) - rest, rest, bytes.length);
    }

    function digest(): string {
      memory.set(saved, WHOLE_STATE);
      const rest = length % 64;
      return finish(WHOLE_STATE, DATA - rest, rest, length);
    }

    return { hashPart, digest };
  }

  return { name, createPartHasher, md5 };
}
