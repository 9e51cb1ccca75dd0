import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { md5, noise } from "../../support/bytes.ts";

/** The choice is made once per process, so each test gets the modules anew. */
beforeEach(() => void vi.resetModules());
afterEach(() => {
  vi.unstubAllGlobals();
  // Nor is what was chosen here left for others.
  vi.resetModules();
});

const importDefaultBackend = () => import("../../../src/stream/md5/default_backend.ts");

test("is the kernel where there is WebAssembly", async () => {
  const { defaultBackend } = await importDefaultBackend();
  expect((await defaultBackend()).name).toBe("wasm");
});

test("is compiled once for all who ask at the same time", async () => {
  const instantiate = vi.spyOn(WebAssembly, "instantiate");
  const { defaultBackend } = await importDefaultBackend();
  const file = noise(1000);
  const hashers = await Promise.all(
    Array.from({ length: 100 }, async () => (await defaultBackend()).createPartHasher()),
  );
  hashers.forEach((hasher, index) => hasher.hashPart(file.subarray(0, index)));
  hashers.forEach((hasher, index) => hasher.hashPart(file.subarray(index)));
  for (const hasher of hashers) expect(hasher.digest()).toBe(md5(file));
  expect((await defaultBackend()).md5(file)).toBe(md5(file));
  expect(instantiate).toHaveBeenCalledTimes(1);
  instantiate.mockRestore();
});

test("is plain code where there is no WebAssembly", async () => {
  vi.stubGlobal("WebAssembly", undefined);
  const { defaultBackend } = await importDefaultBackend();
  expect((await defaultBackend()).name).toBe("plain");
});

test("is plain code where code generation is refused, also for the second who asks", async () => {
  const refuse = vi.fn(() => Promise.reject(new Error("Wasm code generation disallowed by embedder")));
  vi.stubGlobal("WebAssembly", { compile: refuse, instantiate: refuse });
  const { defaultBackend } = await importDefaultBackend();
  for (const backend of [await defaultBackend(), await defaultBackend()]) {
    expect(backend.md5(noise(100))).toBe(md5(noise(100)));
  }
  // Once for the kernel, once for hash-wasm.
  expect(refuse).toHaveBeenCalledTimes(2);
});

test("is hash-wasm where the kernel computes wrong digests", async () => {
  vi.doMock("../../../src/stream/md5/wasm_kernel.ts", async () => {
    const { createPlainKernel } = await import("../../../src/stream/md5/plain_kernel.ts");
    return { loadWasmKernel: () => ({ ...createPlainKernel(), single: () => {} }) };
  });
  const { defaultBackend } = await importDefaultBackend();
  expect((await defaultBackend()).name).toBe("hash-wasm");
  vi.doUnmock("../../../src/stream/md5/wasm_kernel.ts");
});
