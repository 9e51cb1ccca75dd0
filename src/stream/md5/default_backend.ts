import { ShopeeMediaError } from "../../errors.ts";
import { loadHashWasmBackend } from "./hash_wasm_backend.ts";
import { kernelBackend } from "./kernel_backend.ts";
import type { Md5Backend } from "./md5_backend.ts";
import { createPlainKernel } from "./plain_kernel.ts";
import { selfTest } from "./self_test.ts";
import { loadWasmKernel } from "./wasm_kernel.ts";

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

/**
 * Takes the first backend that loads and computes what is known.
 *
 * @param candidates Load the backends, the best first. One is loaded only when those before it were no good.
 * @returns A backend that has proven itself.
 * @throws {ShopeeMediaError} If none is any good; its `cause` holds why each was passed over.
 */
export async function chooseBackend(
  candidates: readonly (() => Md5Backend | Promise<Md5Backend>)[],
): Promise<Md5Backend> {
  const reasons: unknown[] = [];
  for (const load of candidates) {
    try {
      const backend = await load();
      if (selfTest(backend)) return backend;
      reasons.push(new Error(`The MD5 backend ${backend.name} computes wrong digests`));
    } catch (error) {
      reasons.push(error);
    }
  }
  throw new ShopeeMediaError("Cannot compute MD5: no way to do so works here", { cause: new AggregateError(reasons) });
}
