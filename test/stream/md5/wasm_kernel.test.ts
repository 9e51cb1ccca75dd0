import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { assembleKernel } from "../../../src/stream/md5/wasm_kernel.ts";

// Of what WABT made of the same instructions as text. Whoever changes them measures them, and then changes this.
const SHA256 = "3c66089556778f6399942185b87bcb9edf0651c24f1156202275cae0f4effd70";

test("the kernel is assembled to the byte as it was measured", () => {
  const kernel = assembleKernel();
  expect(kernel).toHaveLength(7088);
  expect(createHash("sha256").update(kernel).digest("hex")).toBe(SHA256);
  expect(assembleKernel()).toEqual(kernel);
});
