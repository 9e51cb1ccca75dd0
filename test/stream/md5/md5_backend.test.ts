import fc from "fast-check";
import { createMD5, md5 as hashWasmMd5 } from "hash-wasm";
import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { selfTest } from "../../../src/stream/md5/default_backend.ts";
import { loadHashWasmBackend } from "../../../src/stream/md5/hash_wasm_backend.ts";
import { STEP } from "../../../src/stream/md5/kernel.ts";
import { kernelBackend } from "../../../src/stream/md5/kernel_backend.ts";
import type { Md5Backend } from "../../../src/stream/md5/md5_backend.ts";
import { createPlainKernel } from "../../../src/stream/md5/plain_kernel.ts";
import { loadWasmKernel } from "../../../src/stream/md5/wasm_kernel.ts";
import { noise } from "../../support/bytes.ts";
import { isFull } from "../../support/full.ts";

/** Every backend there is, so that each is tested whichever the process would choose. */
const BACKENDS: Record<Md5Backend["name"], Md5Backend> = {
  "wasm": kernelBackend("wasm", await loadWasmKernel()),
  "hash-wasm": await loadHashWasmBackend(),
  "plain": kernelBackend("plain", createPlainKernel()),
};

const MEBIBYTE = 1024 * 1024;
const BYTES = noise(4 * MEBIBYTE);

/** Lengths that are likely to go wrong: few bytes, and the neighbourhood of a block's and of a step's end. */
const length = fc.oneof(
  fc.nat(300),
  fc.tuple(fc.nat(40), fc.integer({ min: -9, max: 9 })).map(([blocks, more]) => Math.max(0, 64 * blocks + more)),
  fc.tuple(fc.nat(3), fc.integer({ min: -70, max: 70 })).map(([steps, more]) => Math.max(0, STEP * steps + more)),
);

describe.each(Object.entries(BACKENDS))("%s", (name, backend) => {
  test("has its name, and passes the test that each has to pass before it is used", () => {
    expect(backend.name).toBe(name);
    expect(selfTest(backend)).toBe(true);
  });

  test("computes the MD5 of every length from 0 to 10 000", async () => {
    const hashWasm = await createMD5();
    for (let length = 0; length <= 10_000; length++) {
      const bytes = BYTES.subarray(length, 2 * length);
      const expected = reference(bytes);
      expect(hashWasm.init().update(bytes).digest()).toBe(expected);
      if (backend.md5(bytes) !== expected) expect.fail(`The MD5 of ${length} bytes is wrong`);
    }
  });

  test("computes both MD5s of a part of every length from 0 to 10 000", () => {
    // The first part's length puts the second at each distance from a block's start.
    for (let length = 0; length <= 10_000; length++) {
      const first = BYTES.subarray(0, length % 67);
      const second = BYTES.subarray(first.length, first.length + length);
      const hasher = backend.createPartHasher();
      const actual = [hasher.hashPart(first), hasher.hashPart(second), hasher.digest()];
      const expected = [reference(first), reference(second), reference(first, second)];
      if (actual.join() !== expected.join()) expect.fail(`A part of ${length} bytes after ${first.length} is wrong`);
    }
  });

  test("computes every part's and the file's MD5 for any lengths of parts", () => {
    fc.assert(fc.property(fc.array(length, { maxLength: 8 }), (lengths) => {
      const hasher = backend.createPartHasher();
      const hash = createHash("md5");
      let start = 0;
      for (const length of lengths) {
        const part = BYTES.subarray(start, start + length);
        start += length;
        expect(hasher.hashPart(part)).toBe(reference(part));
        hash.update(part);
        expect(hasher.digest()).toBe(hash.copy().digest("hex"));
      }
      expect(hasher.digest()).toBe(hash.digest("hex"));
    }));
  });

  test("computes the same for a file in parts of any size", () => {
    const size = fc.integer({ min: 1, max: 200_000 });
    fc.assert(
      fc.property(size, size, (fileSize, partSize) => {
        const file = BYTES.subarray(0, fileSize);
        const hasher = backend.createPartHasher();
        for (let start = 0; start < fileSize; start += Math.max(partSize, 1000)) {
          const part = file.subarray(start, start + Math.max(partSize, 1000));
          expect(hasher.hashPart(part)).toBe(reference(part));
        }
        expect(hasher.digest()).toBe(reference(file));
      }),
      { numRuns: 30 },
    );
  });

  test("keeps the files of many hashers apart, whatever the turns they take", () => {
    const turn = fc.tuple(fc.nat(4), length, fc.boolean());
    fc.assert(
      fc.property(fc.array(turn, { maxLength: 30 }), (turns) => {
        const files = Array.from(
          { length: 5 },
          () => ({ hasher: backend.createPartHasher(), pieces: [BYTES.subarray(0, 0)] }),
        );
        for (const [index, length, alsoAlone] of turns) {
          const { hasher, pieces } = files[index]!;
          const part = BYTES.subarray(1000 * index, 1000 * index + length);
          pieces.push(part);
          expect(hasher.hashPart(part)).toBe(reference(part));
          if (alsoAlone) expect(backend.md5(part)).toBe(reference(part));
        }
        for (const { hasher, pieces } of files) expect(hasher.digest()).toBe(reference(...pieces));
      }),
      { numRuns: 50 },
    );
  });

  test("leaves the bytes it is given as they are", () => {
    const bytes = noise(STEP + 100);
    backend.createPartHasher().hashPart(bytes);
    backend.md5(bytes);
    expect(reference(bytes)).toBe(reference(noise(STEP + 100)));
  });

  test.runIf(isFull)("computes the MD5s of files of up to 40 MB", async () => {
    const file = noise(40_000_000);
    const sizes = fc.tuple(
      fc.integer({ min: 10_000, max: file.length }),
      fc.integer({ min: 4_000_000, max: 12_000_000 }),
    );
    await fc.assert(
      fc.asyncProperty(sizes, async ([fileSize, partSize]) => {
        const bytes = file.subarray(0, fileSize);
        const hasher = backend.createPartHasher();
        for (let start = 0; start < fileSize; start += partSize) {
          const part = bytes.subarray(start, start + partSize);
          expect(hasher.hashPart(part)).toBe(reference(part));
        }
        expect(hasher.digest()).toBe(await hashWasmMd5(bytes));
        expect(backend.md5(bytes)).toBe(reference(bytes));
      }),
      { numRuns: 4 },
    );
  });

  test.runIf(isFull)("counts the bits of a file beyond 2^32", () => {
    const hasher = backend.createPartHasher();
    const hash = createHash("md5");
    const part = BYTES.subarray(0, 4 * MEBIBYTE);
    for (let size = 0; size <= 512 * MEBIBYTE; size += part.length) {
      hasher.hashPart(part);
      hash.update(part);
    }
    expect(hasher.digest()).toBe(hash.digest("hex"));
  });
});

/** What all of them are compared with. */
function reference(...pieces: Uint8Array[]): string {
  const hash = createHash("md5");
  for (const piece of pieces) hash.update(piece);
  return hash.digest("hex");
}
