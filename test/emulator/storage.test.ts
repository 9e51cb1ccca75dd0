import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { createStorage, type Storage, type StoredFile } from "../../src/emulator/storage.ts";

let directory: string;
let storage: Storage;
let count = 0;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "storage-"));
  storage = await createStorage(directory);
});
afterEach(() => void vi.unstubAllEnvs());
afterAll(() => rm(directory, { recursive: true }));

async function newFile(): Promise<{ name: string; file: StoredFile }> {
  const name = `${++count}.bin`;
  return { name, file: await storage.create(name) };
}

test("any writes at any places are read back, at any place", async () => {
  const write = fc.record({ start: fc.nat(300), bytes: fc.uint8Array({ maxLength: 200 }) });
  await fc.assert(
    fc.asyncProperty(fc.array(write, { maxLength: 5 }), fc.nat(600), fc.nat(600), async (writes, a, b) => {
      const { file } = await newFile();
      const want = new Uint8Array(600);
      let size = 0;
      for (const { start, bytes } of writes) {
        await file.write(bytes, start);
        want.set(bytes, start);
        if (bytes.length > 0) size = Math.max(size, start + bytes.length);
      }
      expect(await file.size()).toBe(size);
      const [start, end] = [Math.min(a, b), Math.max(a, b)];
      expect(await file.read(start, end)).toEqual(want.subarray(0, size).slice(start, end));
    }),
    { numRuns: 50 },
  );
});

test("writes at once do not disturb each other", async () => {
  const { name, file } = await newFile();
  await Promise.all([3, 1, 0, 2].map((part) => file.write(new Uint8Array(100_000).fill(part), part * 100_000)));
  const bytes = await readFile(join(directory, name));
  expect([0, 1, 2, 3].map((part) => new Set(bytes.subarray(part * 100_000, (part + 1) * 100_000)))).toEqual(
    [0, 1, 2, 3].map((part) => new Set([part])),
  );
});

test("a file is gone once it is removed, and can be removed again", async () => {
  const { name, file } = await newFile();
  await file.remove();
  await file.remove();
  expect(await readdir(directory)).not.toContain(name);
  await expect(file.read(0, 1)).rejects.toThrow();
  await expect(file.write(new Uint8Array(1), 0)).rejects.toThrow();
});

test("no file takes the place of another", async () => {
  const { name } = await newFile();
  await expect(storage.create(name)).rejects.toThrow();
});

test("a file that is made while the storage closes keeps no folder behind; afterwards none can be made", async () => {
  const parent = await mkdtemp(join(directory, "closing-"));
  vi.stubEnv("TMPDIR", parent);
  for (let round = 0; round < 20; round++) {
    const storage = await createStorage();
    const files = Array.from({ length: 20 }, (_, index) => storage.create(`${index}.bin`).catch(() => {}));
    await storage.close();
    await Promise.all(files);
    await expect(storage.create("late.bin")).rejects.toThrow("The emulator is closed");
  }
  expect(await readdir(parent)).toEqual([]);
});
