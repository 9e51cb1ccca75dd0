import type { ReadableFile } from "../../src/emulator/storage.ts";

/** A file that is not on a disk. */
export function memoryFile(bytes: Uint8Array<ArrayBuffer>): ReadableFile {
  return {
    size: () => Promise.resolve(bytes.length),
    read: (start, end) => Promise.resolve(bytes.slice(start, end)),
  };
}
