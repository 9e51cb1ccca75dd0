import { appendFile, mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { MediaManager, uploadVideo } from "../../mod.ts";
import { type Emulator, startEmulator } from "../../src/emulator/mod.ts";
import { fileSource } from "../../src/node/mod.ts";

let folder: string;
let emulator: Emulator;
let media: MediaManager;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "file-source-"));
  emulator = await startEmulator({ inspect: false, transcodeMs: 1, mediaPartSize: 100_000 });
  media = new MediaManager({ ...emulator.credentials, baseUrl: emulator.url });
});

afterAll(async () => {
  await emulator.close();
  await rm(folder, { recursive: true });
});

async function fileOf(size: number): Promise<{ path: string; bytes: Uint8Array<ArrayBuffer> }> {
  const bytes = Uint8Array.from({ length: size }, (_, i) => (i * 31 + (i >> 8)) & 0xff);
  const path = join(folder, `${size}.mp4`);
  await writeFile(path, bytes);
  return { path, bytes };
}

describe("the parts of a file", () => {
  for (const size of [1, 99, 100, 101, 1000, 1001]) {
    test(`${size} bytes in parts of 100`, async () => {
      const { path, bytes } = await fileOf(size);
      const source = await fileSource(path);
      expect(source.size).toBe(size);
      const read: number[] = [];
      const lengths: number[] = [];
      for await (const part of source.parts(100, { buffers: 2, signal: new AbortController().signal })) {
        read.push(...part);
        lengths.push(part.length);
        source.release(part);
      }
      expect(read).toEqual([...bytes]);
      expect(lengths.slice(0, -1).every((length) => length === 100)).toBe(true);
    });
  }

  test("never more buffers than allowed, each used again", async () => {
    const { path } = await fileOf(1000);
    const source = await fileSource(path);
    const buffers = new Set<ArrayBuffer>();
    const alive: Uint8Array<ArrayBuffer>[] = [];
    for await (const part of source.parts(100, { buffers: 3, signal: new AbortController().signal })) {
      buffers.add(part.buffer);
      alive.push(part);
      if (alive.length === 3) source.release(alive.shift()!);
    }
    expect(buffers.size).toBe(3);
  });

  test("who waits for a buffer is woken by the signal, and the file is closed", async () => {
    const { path } = await fileOf(1000);
    const source = await fileSource(path);
    const controller = new AbortController();
    const parts = source.parts(100, { buffers: 1, signal: controller.signal })[Symbol.asyncIterator]();
    await parts.next();
    const next = parts.next();
    controller.abort(new Error("enough"));
    await expect(next).rejects.toThrow("enough");
    expect(await parts.next()).toEqual({ done: true, value: undefined });
  });
});

describe("a file that changes while it is read", () => {
  test("it grows", async () => {
    const { path } = await fileOf(300);
    const source = await fileSource(path);
    await appendFile(path, "more");
    await expect(uploadVideo(media, source, { preflight: false })).rejects.toMatchObject({
      name: "InvalidInputError",
      message: `Cannot upload ${path}: it has changed while it was read: it had 300 bytes, and now has 304`,
    });
  });

  test("it shrinks", async () => {
    const { path } = await fileOf(300);
    const source = await fileSource(path);
    await truncate(path, 200);
    await expect(uploadVideo(media, source, { preflight: false })).rejects.toThrow("it ended after 200 of 300 bytes");
  });
});

test("no file, and a folder, are refused by name", async () => {
  await expect(fileSource(join(folder, "none.mp4"))).rejects.toThrow(/Cannot read .*none\.mp4: ENOENT/);
  await expect(fileSource(folder)).rejects.toThrow("it is not a file");
});

for (const module of ["media_space", "media"] as const) {
  test(`a file arrives byte by byte in ${module}`, async () => {
    const { path, bytes } = await fileOf(1_234_567);
    const result = await uploadVideo(media, await fileSource(path), { module, duration: 10, preflight: false });
    expect(result.size).toBe(bytes.length);
    expect(await emulator.content(result.videoUploadId)).toEqual(bytes);
  });
}
