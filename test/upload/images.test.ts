import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { type ImageResult, type ImageSource, uploadImages } from "../../mod.ts";
import { fileSource } from "../../src/node/mod.ts";
import { emulate } from "../support/emulate.ts";
import { settle, until } from "../support/settle.ts";

const PATH = fileURLToPath(new URL("../assets/image/ok.png", import.meta.url));
const PNG = new Uint8Array(await readFile(PATH));
const reasonOf = ({ error }: ImageResult) => error?.message;

describe("every image", () => {
  test("of any kind of bytes, blob or file is taken", async () => {
    const { media } = await emulate();
    const shared = new SharedArrayBuffer(PNG.length);
    new Uint8Array(shared).set(PNG);
    const { buffer } = PNG.slice();
    const images = [
      PNG,
      Buffer.from(PNG),
      buffer,
      shared,
      new DataView(buffer),
      new Blob([PNG]),
      await fileSource(PATH),
    ];
    const results = await uploadImages(media, images);
    expect(results.map(reasonOf)).toEqual(images.map(() => undefined));
  });

  test.each<[unknown, string]>([
    ["a.png", "a string"],
    [17, "a number"],
    [null, "null"],
    [undefined, "undefined"],
    [Promise.resolve(PNG), "a promise: await it first"],
    [new URL("file:///a.png"), "a URL"],
    [[PNG], "an array"],
    [{}, "an object"],
  ])("that is none (%o) has its own error, and hides no other", async (wrong, shown) => {
    const { media, tap } = await emulate();
    const [first, second, third] = await uploadImages(media, [PNG, wrong as ImageSource, PNG]);
    expect(second!.error).toMatchObject({ name: "InvalidInputError", message: expect.stringContaining(shown) });
    expect([first, third].map((result) => reasonOf(result!))).toEqual([undefined, undefined]);
    expect(tap.named("upload_image")).toHaveLength(1);
  });

  test("that cannot be read has its own error, whose cause tells why", async () => {
    const { media } = await emulate();
    const cause = new DOMException("The file has changed", "NotReadableError");
    const unreadable = { size: 100, slice: () => ({ arrayBuffer: () => Promise.reject(cause) }) };
    for (const preflight of [true, false]) {
      const [bad, good] = await uploadImages(media, [unreadable, PNG], { preflight });
      expect(bad!.error).toMatchObject({ name: "InvalidInputError", cause });
      expect(good!.error).toBeUndefined();
    }
  });
});

test.each<[unknown, string]>([
  [PNG, "bytes: put them into a list"],
  [PNG.buffer, "bytes: put them into a list"],
  [new Blob([PNG]), "an object (Blob)"],
  [undefined, "undefined"],
])("%o is no list of images", async (wrong, shown) => {
  const { media, tap } = await emulate();
  const { error } = await settle(uploadImages(media, wrong as ImageSource[]));
  expect(error).toMatchObject({ name: "InvalidInputError", message: expect.stringContaining(shown) });
  expect(tap.calls).toEqual([]);
});

test("images that come in turn are read as they are needed, and no more of them", async () => {
  const { media, tap } = await emulate();
  const hold = tap.hold("upload_image");
  let given = 0;
  async function* source() {
    for (; given < 20; given++) yield PNG;
  }
  const upload = uploadImages(media, source(), { batchSize: 2, concurrency: 2 });
  await until(() => hold.waiting() === 2);
  // Two calls of two; the generator stands where the fourth was taken.
  expect(given).toBeLessThanOrEqual(4);
  hold.release();
  expect((await upload).filter(({ imageId }) => imageId !== undefined)).toHaveLength(20);
});

test("each result is told as it comes, so that an abort loses no id; nothing goes on afterwards", async () => {
  const { media, tap } = await emulate();
  const abort = new AbortController();
  const told: number[] = [];
  const reason = new Error("enough");
  const upload = uploadImages(media, Array.from({ length: 12 }, () => PNG), {
    ...{ batchSize: 2, concurrency: 1, signal: abort.signal },
    onResult({ index, imageId }) {
      expect(imageId).toBeDefined();
      told.push(index);
      if (told.length === 4) abort.abort(reason);
    },
  });
  expect((await settle(upload)).error).toBe(reason);
  expect(told).toEqual([0, 1, 2, 3]);
  const calls = tap.calls.length;
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(tap.calls.length).toBe(calls);
});

test("progress tells how many are uploaded and refused, of how many", async () => {
  const { media } = await emulate();
  const seen: unknown[] = [];
  const images = [PNG, "wrong" as unknown as ImageSource, PNG];
  await uploadImages(media, images, { batchSize: 1, concurrency: 1, onProgress: (progress) => seen.push(progress) });
  expect(seen).toEqual([
    { uploaded: 1, refused: 0, total: 3 },
    { uploaded: 1, refused: 1, total: 3 },
    { uploaded: 2, refused: 1, total: 3 },
  ]);
});

test.each([
  ["throws", () => {
    throw new Error("mine");
  }],
  ["rejects", () => Promise.reject(new Error("mine"))],
])("a callback that %s ends the upload with that error", async (_, onResult) => {
  const { media } = await emulate();
  const images = Array.from({ length: 30 }, () => PNG);
  const { error } = await settle(uploadImages(media, images, { batchSize: 1, concurrency: 2, onResult }));
  expect(error).toMatchObject({ message: "mine" });
});

test("a batch of nine that is refused for its number is sent again as eight and one", async () => {
  const { media, tap, emulator } = await emulate();
  emulator.faults.add("upload_image#1:error=product.error_param,message=image number should be less than 9");
  const results = await uploadImages(media, Array.from({ length: 9 }, () => PNG));
  expect(results.map(reasonOf)).toEqual(results.map(() => undefined));
  expect(tap.named("upload_image")).toHaveLength(3);
});
