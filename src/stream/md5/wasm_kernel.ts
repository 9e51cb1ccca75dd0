import { KERNEL_BASE64 } from "./kernel.generated.ts";
import type { Kernel } from "./kernel.ts";

/** What the generated module exports. */
interface KernelExports extends Pick<Kernel, "single" | "fused"> {
  memory: WebAssembly.Memory;
}

/**
 * Compiles the WebAssembly kernel. Asynchronously, since a browser's main thread may not do otherwise with more than a
 * few KiB.
 *
 * @returns The kernel, not yet proven.
 * @throws {WebAssembly.CompileError} Where the platform or a content security policy forbids to generate code.
 * @throws {ReferenceError} Where there is no WebAssembly.
 */
export async function loadWasmKernel(): Promise<Kernel> {
  const binary = atob(KERNEL_BASE64);
  const code = new Uint8Array(binary.length);
  for (let index = 0; index < binary.length; index++) code[index] = binary.charCodeAt(index);
  const { instance } = await WebAssembly.instantiate(code);
  const { memory, single, fused } = instance.exports as unknown as KernelExports;
  return { memory: new Uint8Array(memory.buffer), single, fused };
}
