import { expect, test, vi } from "vitest";
import { isShopeeMediaError } from "../../../src/error_guards.ts";
import { chooseBackend } from "../../../src/stream/md5/default_backend.ts";
import { createPlainKernel } from "../../../src/stream/md5/plain_kernel.ts";
import { kernelBackend } from "../../../src/stream/md5/kernel_backend.ts";
import type { Md5Backend } from "../../../src/stream/md5/md5_backend.ts";

const plain = (): Md5Backend => kernelBackend("plain", createPlainKernel());

/** A backend that is right about everything but a second state: single digests stay right. */
function wrongWhenFused(): Md5Backend {
  const kernel = createPlainKernel();
  const fused = (state1: number, _state2: number, data1: number, _data2: number, blocks: number): void =>
    kernel.single(state1, data1, blocks);
  return kernelBackend("wasm", { ...kernel, fused });
}

/** A backend that is right about messages of one block only. */
function wrongBeyondOneBlock(): Md5Backend {
  const kernel = createPlainKernel();
  const single = (state: number, data: number, blocks: number): void => kernel.single(state, data, Math.min(blocks, 1));
  return kernelBackend("wasm", { ...kernel, single });
}

test("takes the first that works, and loads none after it", async () => {
  const load = vi.fn(plain);
  expect(await chooseBackend([plain, load])).toMatchObject({ name: "plain" });
  expect(load).not.toHaveBeenCalled();
});

test.each([wrongWhenFused, wrongBeyondOneBlock])("passes over one that is %o", async (wrong) => {
  expect(await chooseBackend([wrong, plain])).toMatchObject({ name: "plain" });
});

test("passes over one that does not load", async () => {
  const refused = () => Promise.reject(new WebAssembly.CompileError("code generation disallowed by embedder"));
  expect(await chooseBackend([refused, plain])).toMatchObject({ name: "plain" });
});

test("says why none could be taken", async () => {
  const missing = new ReferenceError("WebAssembly is not defined");
  const failure = await chooseBackend([() => Promise.reject(missing), wrongWhenFused]).catch((error) => error);
  expect(isShopeeMediaError(failure)).toBe(true);
  expect(failure.cause.errors).toEqual([missing, new Error("The MD5 backend wasm computes wrong digests")]);
});
