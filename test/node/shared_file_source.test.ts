import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { uploadVideo } from "../../mod.ts";
import { fileSource } from "../../src/node/mod.ts";
import { md5, noise } from "../support/bytes.ts";
import { emulate } from "../support/emulate.ts";
import { settle } from "../support/settle.ts";

const FILE = noise(10_500);
const OPTIONS = {
  module: "media",
  duration: 12,
  preflight: false,
  concurrency: 2,
  poll: { first: 0, interval: 20 },
} as const;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "shopee-media-source-"));
  await writeFile(join(folder, "a.mp4"), FILE);
});
afterAll(() => rm(folder, { recursive: true }));

test("one source serves several uploads at once, each with buffers of its own", async () => {
  const { media } = await emulate({ mediaPartSize: 1000 });
  const source = await fileSource(join(folder, "a.mp4"));
  const results = await Promise.all(Array.from({ length: 4 }, () => uploadVideo(media, source, OPTIONS)));
  for (const result of results) expect(result).toMatchObject({ size: FILE.length, md5: md5(FILE) });
  expect(new Set(results.map(({ videoUploadId }) => videoUploadId)).size).toBe(4);
});

test("each run stays within its buffers, however slow the other is", async () => {
  const source = await fileSource(join(folder, "a.mp4"));
  const { signal } = new AbortController();
  const runs = [1, 2].map(() => source.parts(1000, { buffers: 2, signal })[Symbol.asyncIterator]());
  const [slow, fast] = runs as [AsyncIterator<Uint8Array<ArrayBuffer>>, AsyncIterator<Uint8Array<ArrayBuffer>>];
  const kept = [(await slow.next()).value, (await slow.next()).value];
  const third = slow.next();
  const read: Uint8Array[] = [];
  for (let step = await fast.next(); !step.done; step = await fast.next()) {
    read.push(step.value.slice());
    source.release(step.value);
  }
  expect(Buffer.concat(read).equals(FILE)).toBe(true);
  // What the fast one has released is none of the slow one's.
  expect(await Promise.race([third, Promise.resolve("waits")])).toBe("waits");
  source.release(kept[0]!);
  expect((await third).value).toEqual(FILE.subarray(2000, 3000));
  await slow.return?.();
});

test("a file may be named by its URL", async () => {
  expect(await fileSource(pathToFileURL(join(folder, "a.mp4")))).toMatchObject({ size: FILE.length, name: "a.mp4" });
});

test.each([
  [new URL("https://example.com/a.mp4"), "https: URL"],
  ["", "an empty one"],
  [undefined, "undefined"],
  [17, "a number"],
  [Promise.resolve("a.mp4"), "a promise: await it first"],
])("%s is no path", async (path, shown) => {
  const { error } = await settle(fileSource(path as string));
  expect(error).toMatchObject({ name: "InvalidInputError", message: expect.stringContaining(shown) });
});
