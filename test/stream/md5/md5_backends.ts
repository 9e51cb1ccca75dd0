import { createHash } from "node:crypto";
import { createPlainKernel } from "../../../src/stream/md5/plain_kernel.ts";
import { kernelBackend } from "../../../src/stream/md5/kernel_backend.ts";
import { loadHashWasmBackend } from "../../../src/stream/md5/hash_wasm_backend.ts";
import { loadWasmKernel } from "../../../src/stream/md5/wasm_kernel.ts";
import type { Md5Backend } from "../../../src/stream/md5/md5_backend.ts";

/** Every backend there is, so that each can be tested whichever the process would choose. */
export const BACKENDS: readonly Md5Backend[] = [
  kernelBackend("wasm", await loadWasmKernel()),
  await loadHashWasmBackend(),
  kernelBackend("plain", createPlainKernel()),
];

/** What all of them are compared with. */
export function reference(...pieces: Uint8Array[]): string {
  const hash = createHash("md5");
  for (const piece of pieces) hash.update(piece);
  return hash.digest("hex");
}

/** Bytes that do not repeat, the same at every call. */
export function someBytes(length: number): Uint8Array<ArrayBuffer> {
  const words = new Uint32Array(Math.ceil(length / 4));
  let word = 0x9e3779b9;
  for (let index = 0; index < words.length; index++) {
    word ^= word << 13;
    word ^= word >>> 17;
    word ^= word << 5;
    words[index] = word;
  }
  return new Uint8Array(words.buffer, 0, length);
}
