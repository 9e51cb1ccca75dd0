import { expect, test } from "vitest";
import { defaultBackend } from "../../src/stream/md5/default_backend.ts";
import { kernelBackend } from "../../src/stream/md5/kernel_backend.ts";
import { createPlainKernel } from "../../src/stream/md5/plain_kernel.ts";
import { loadWorkersHasher } from "../../src/stream/md5/workers_hasher.ts";
import { createPartMaker } from "../../src/stream/part.ts";
import { loadHashWasmBackend } from "../../src/stream/md5/hash_wasm_backend.ts";
import { noise } from "../support/bytes.ts";
import { referenceMd5, runtime } from "../support/runtime.ts";

const createPartHasher = async () => (await defaultBackend()).createPartHasher();

test("parts and the whole of a file have the digests that plain code finds, in turns with those of another file", async () => {
  const plain = kernelBackend("plain", createPlainKernel());
  const files = [noise(700_000, 6), noise(650_001, 7)];
  const makers = await Promise.all(files.map(() => createPartMaker()));
  for (const [start, end] of [[0, 1], [1, 65], [65, 65_600], [65_600, 400_000], [400_000, 700_000]]) {
    for (const [index, file] of files.entries()) {
      const bytes = file.subarray(start, end);
      expect((await makers[index]!.make(bytes)).md5).toBe(plain.md5(bytes));
    }
  }
  for (const [index, file] of files.entries()) {
    expect(await makers[index]!.whole()).toEqual({ size: file.length, md5: plain.md5(file) });
  }
});

test("only Workers know MD5 themselves", async () => {
  expect(typeof await loadWorkersHasher()).toBe(runtime === "workerd" ? "function" : "undefined");
});

test("the backend is the best that the runtime allows", async () => {
  expect((await defaultBackend()).name).toBe(runtime === "workerd" ? "plain" : "wasm");
});

test("those who ask at once, and those who ask again, all get their hasher", async () => {
  const hashers = [...await Promise.all([createPartHasher(), createPartHasher()]), await createPartHasher()];

  const digests = hashers.map((hasher) => hasher.hashPart(new TextEncoder().encode("abc")));

  expect(digests).toEqual(Array(3).fill("900150983cd24fb0d6963f7d28e17f72"));
});

test("hash-wasm works where it can, and refuses at once where code generation is forbidden", async () => {
  for (let turn = 0; turn < 2; turn++) {
    const loading = loadHashWasmBackend().then((backend) => backend.md5(new TextEncoder().encode("abc")));

    if (runtime === "workerd") await expect(loading).rejects.toThrow("code generation disallowed");
    else expect(await loading).toBe("900150983cd24fb0d6963f7d28e17f72");
  }
});

test.each([
  { what: "nothing", message: "", expected: "d41d8cd98f00b204e9800998ecf8427e" },
  { what: "abc", message: "abc", expected: "900150983cd24fb0d6963f7d28e17f72" },
  { what: "a million a's", message: "a".repeat(1_000_000), expected: "7707d6ae4e027c70eea2a935c2296f21" },
])("the known digest of $what is found", async ({ message, expected }) => {
  expect((await defaultBackend()).md5(new TextEncoder().encode(message))).toBe(expected);
});

test("parts and files of any length have the digests that another implementation finds", async () => {
  // Around the block's 64 bytes and its padding, around the step of 64 KiB, and anywhere.
  const edges = [0, 1, 55, 56, 57, 63, 64, 65, 119, 120, 127, 128, 65_535, 65_536, 65_537, 131_072];
  const anywhere = [...new Uint16Array(noise(80, 4).buffer)];
  const lengths = [...edges, ...anywhere];
  const file = noise(lengths.reduce((sum, length) => sum + length), 5);
  const hasher = await createPartHasher();

  let offset = 0;
  for (const length of lengths) {
    const part = file.subarray(offset, offset += length);
    const expected = await referenceMd5(part);
    expect([length, hasher.hashPart(part), (await defaultBackend()).md5(part)]).toEqual([length, expected, expected]);
    expect([offset, hasher.digest()]).toEqual([offset, await referenceMd5(file.subarray(0, offset))]);
  }
});
