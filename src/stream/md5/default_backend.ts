import { chooseBackend } from "./choose_backend.ts";
import { createPlainKernel } from "./create_plain_kernel.ts";
import { kernelBackend } from "./kernel_backend.ts";
import { loadHashWasmBackend } from "./load_hash_wasm_backend.ts";
import { loadWasmKernel } from "./load_wasm_kernel.ts";
import type { Md5Backend } from "./md5_backend.ts";

let chosen: Promise<Md5Backend> | undefined;

/**
 * Tells the best backend that works here. It is chosen once per process.
 *
 * The last resort is plain code and not `crypto.subtle`: few platforms know MD5 there, and it takes a message in one
 * piece, which would mean to hold the whole file.
 *
 * @returns The backend.
 */
export function defaultBackend(): Promise<Md5Backend> {
  chosen ??= chooseBackend([
    async () => kernelBackend("wasm", await loadWasmKernel()),
    loadHashWasmBackend,
    () => kernelBackend("plain", createPlainKernel()),
  ]);
  return chosen;
}
