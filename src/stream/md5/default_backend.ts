import { ShopeeMediaError } from "../../errors.ts";
import { loadHashWasmBackend } from "./hash_wasm_backend.ts";
import { kernelBackend } from "./kernel_backend.ts";
import type { Md5Backend } from "./md5_backend.ts";
import { createPlainKernel } from "./plain_kernel.ts";
import { loadWasmKernel } from "./wasm_kernel.ts";

/** The test suite of RFC 1321, appendix A.5. */
const VECTORS: readonly (readonly [message: string, md5: string])[] = [
  ["", "d41d8cd98f00b204e9800998ecf8427e"],
  ["a", "0cc175b9c0f1b6a831c399e269772661"],
  ["abc", "900150983cd24fb0d6963f7d28e17f72"],
  ["message digest", "f96b697d7cb7938d525a2f31aaf161d0"],
  ["abcdefghijklmnopqrstuvwxyz", "c3fcd3d76192e4007dfb496cca67e13b"],
  ["ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", "d174ab98d277d9f5a5611c2c9f419d9f"],
  [
    "12345678901234567890123456789012345678901234567890123456789012345678901234567890",
    "57edf4a22be3c955ac49da2e2107b67a",
  ],
];

/** A file of 300 bytes, 0 to 255 and 0 to 43, in three parts: full blocks, an odd end, a start off the boundary. */
const FILE = Uint8Array.from({ length: 300 }, (_, index) => index);
const FILE_MD5 = "17b3839204f7b81a93eb2718b1379e6f";
const PARTS: readonly (readonly [start: number, end: number, md5: string])[] = [
  [0, 128, "37eff01866ba3f538421b30b7cbefcac"],
  [128, 265, "dced16fcf306905c67ad12a63434ed6d"],
  [265, 300, "c1ab10ddbe1e7796fed54cca31c95d00"],
];

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

/**
 * Lets a backend compute what is known. An engine's compiler can have a fault that only such code brings to light, and
 * a wrong MD5 means an upload that Shopee refuses.
 *
 * @param backend What to try.
 * @returns Whether all its answers are right.
 */
export function selfTest(backend: Md5Backend): boolean {
  const encoder = new TextEncoder();
  if (!VECTORS.every(([message, md5]) => backend.md5(encoder.encode(message)) === md5)) return false;
  const hasher = backend.createPartHasher();
  const partsAreRight = PARTS.every(([start, end, md5]) => hasher.hashPart(FILE.subarray(start, end)) === md5);
  return partsAreRight && hasher.digest() === FILE_MD5;
}
