import { Buffer } from "node:buffer";
import { readdirSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  type BinaryInput,
  type ImageResult,
  isInvalidInputError,
  isShopeeApiError,
  MediaManager,
  uploadImages,
  type UploadImagesOptions,
} from "../../mod.ts";
import { createEmulator, type Dialect, type EmulatorApp } from "../../src/emulator/mod.ts";
import { checkImageFile } from "../../src/preflight/mod.ts";
import { readAsset } from "../support/files.ts";
import { md5 } from "../support/bytes.ts";
import { parseMultipart, type WireField } from "../support/parse_multipart.ts";

const LARGEST = 10_485_760;
const NAMES = [...readdirSync(new URL("../assets/image", import.meta.url)), "largest.jpg", "too_large.png"];

let emulator: EmulatorApp;
let wire: ImageRecorder;
let media: MediaManager;
type Bytes = Uint8Array<ArrayBuffer>;

async function image(name: string): Promise<Uint8Array<ArrayBuffer>> {
  if (name === "largest.jpg") return padded(await image("ok.jpg"), LARGEST);
  if (name === "too_large.png") return padded(await image("ok.png"), LARGEST + 1);
  return await readAsset(`image/${name}`);
}

/** What comes after the end of an image does not count, but for its size. */
function padded(bytes: Uint8Array<ArrayBuffer>, size: number): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(size);
  all.set(bytes);
  return all;
}

/** JPEGs that are all different. */
async function distinct(count: number): Promise<Uint8Array<ArrayBuffer>[]> {
  const jpeg = await image("ok.jpg");
  return Array.from({ length: count }, (_, index) => padded(jpeg, jpeg.length + 1 + index));
}

/** Expects that Shopee has taken an image, and that it is this one. */
async function expectUploaded(result: ImageResult | undefined, bytes: Uint8Array): Promise<void> {
  expect(result?.error).toBeUndefined();
  expect(result?.imageId).toMatch(/^sg-/);
  const response = await emulator.fetch(result!.urls![0]!.image_url);
  expect(md5(await response.bytes())).toBe(md5(bytes));
}

function batchSizes(): number[] {
  return wire.calls.map((files) => files.length).sort((a, b) => b - a);
}

function contents(files: { content: Uint8Array }[] | undefined): string[] {
  return (files ?? []).map(({ content }) => md5(content));
}

describe.each<Dialect>(["samples", "reference"])("in the dialect %s", (dialect) => {
  beforeEach(async () => {
    // Pauses between attempts are random: as short as can be.
    vi.spyOn(Math, "random").mockReturnValue(0);
    emulator = await createEmulator({ dialect });
    wire = recordImages(emulator);
    media = new MediaManager({ ...emulator.credentials, baseUrl: emulator.url, fetch: wire.fetch });
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    await emulator.close();
  });

  describe.each(["media_space", "media"] as const)("%s", (module) => {
    test.each(NAMES)("preflight and emulator agree on %s", async (name) => {
      const bytes = await image(name);
      const { broken } = await checkImageFile(new Blob([bytes]));
      const [result] = await uploadImages(media, [bytes], { module, preflight: false });
      if (broken.length === 0) return await expectUploaded(result, bytes);
      // An empty file is never sent.
      if (bytes.length === 0) return expect(result?.error).toSatisfy(isInvalidInputError);
      const code = broken.some(({ rule }) => rule === "size") ? "error_file_size" : "error_param";
      expect(result?.error).toSatisfy(isShopeeApiError);
      const prefix = dialect === "samples" && module === "media_space" ? "product." : "";
      expect(result?.error).toMatchObject({ code: `${prefix}${code}` });
    });

    test.each([true, false])("good and bad mixed, preflight %j: each has its own fate, in order", async (preflight) => {
      const images = await Promise.all(NAMES.map(image));
      const results = await uploadImages(media, images, { module, preflight });
      expect(results).toHaveLength(images.length);
      let good = 0;
      for (const [index, bytes] of images.entries()) {
        const { broken } = await checkImageFile(new Blob([bytes]));
        if (broken.length === 0) {
          good += 1;
          await expectUploaded(results[index], bytes);
          continue;
        }
        const error = results[index]?.error;
        expect(error).toSatisfy(preflight || bytes.length === 0 ? isInvalidInputError : isShopeeApiError);
        if (preflight) expect(error?.message).toBe(broken.map(({ message }) => message).join("; "));
      }
      expect(good).toBe(6);
      const passed = images.filter(({ length }, index) => preflight ? results[index]?.error === undefined : length > 0);
      expect(new Set(wire.calls.flatMap(contents))).toEqual(new Set(passed.map(md5)));
    });

    test("25 images go out in batches, and come back in order", async () => {
      const images = await distinct(25);
      const results = await uploadImages(media, images, { module });
      // Where 9 are too many, they are sent again as 8 and 1.
      const ofSpace = dialect === "samples" ? [9, 9, 8, 8, 7, 1, 1] : [9, 9, 7];
      expect(batchSizes()).toEqual(module === "media" ? [...Array(8).fill(3), 1] : ofSpace);
      expect(new Set(results.map(({ imageId }) => imageId)).size).toBe(25);
      for (const [index, bytes] of images.entries()) await expectUploaded(results[index], bytes);
    });

    test("batches may be smaller, but not larger", async () => {
      await uploadImages(media, await distinct(5), { module, batchSize: 2 });
      expect(batchSizes()).toEqual([2, 2, 1]);
      const most = module === "media" ? 3 : 9;
      await expect(uploadImages(media, [], { module, batchSize: most + 1 })).rejects.toThrow(`from 1 to ${most}, not`);
    });

    test("no image is no call", async () => {
      expect(await uploadImages(media, [], { module })).toEqual([]);
      expect(wire.calls).toEqual([]);
    });

    test("a call that is refused for good hides no other", async () => {
      emulator.faults.add("upload_image#2:error=error_busi,message=Not for now");
      const images = await distinct(5);
      const results = await uploadImages(media, images, { module, batchSize: 2, concurrency: 1 });
      for (const index of [0, 1, 4]) await expectUploaded(results[index], images[index]!);
      for (const index of [2, 3]) expect(results[index]?.error).toMatchObject({ code: "error_busi" });
      expect(batchSizes()).toEqual([2, 2, 1]);
    });

    test.each(["error_limit", "error_sign", "product.error_auth"])(
      "after %s, which concerns all, no other follows",
      async (code) => {
        emulator.faults.add(`upload_image#2:error=${code}`);
        const images = await distinct(7);
        const results = await uploadImages(media, images, { module, batchSize: 2, concurrency: 1 });
        for (const index of [0, 1]) await expectUploaded(results[index], images[index]!);
        for (const { error } of results.slice(2)) expect(error).toMatchObject({ code });
        expect(batchSizes()).toEqual([2, 2]);
      },
    );

    test("a call that fails in passing is made again", async () => {
      emulator.faults.add("upload_image#1:reset-after");
      emulator.faults.add("upload_image#2:error=error_server,status=500");
      const images = await distinct(3);
      const results = await uploadImages(media, images, { module });
      for (const [index, bytes] of images.entries()) await expectUploaded(results[index], bytes);
      expect(batchSizes()).toEqual([3, 3, 3]);
    });

    test("names and types are those of the bytes, in every form that an image may have", async () => {
      const [jpeg, png, gif] = await Promise.all(["ok.jpg", "ok.png", "ok.gif"].map(image)) as [Bytes, Bytes, Bytes];
      const images: BinaryInput[] = [
        new File([png], 'Schuhe "rot".jpg', { type: "image/jpeg" }),
        new Blob([jpeg], { type: "image/png" }),
        Buffer.from(png),
        new File([jpeg], "no extension"),
        new File([gif], "animation.png"),
      ];
      await uploadImages(media, images, { module, preflight: false, concurrency: 1 });
      const batches = module === "media" ? wire.calls.slice(0, 2) : wire.calls.slice(0, 1);
      const sent = batches.flat().map(({ name, filename, contentType }) => [name, filename, contentType]);
      const field = module === "media" ? "images" : "image";
      const numbered = (index: number) => module === "media" ? index % 3 : index;
      expect(sent).toEqual([
        [field, "Schuhe %22rot%22.png", "image/png"],
        [field, `image-${numbered(1)}.jpg`, "image/jpeg"],
        [field, `image-${numbered(2)}.png`, "image/png"],
        [field, "no extension.jpg", "image/jpeg"],
        [field, "animation.bin", "application/octet-stream"],
      ]);
      expect(contents(batches.flat())).toEqual([png, jpeg, png, jpeg, gif].map(md5));
    });

    test("an abort ends it with its reason", async () => {
      emulator.faults.add("upload_image:stall-before");
      const stop = new AbortController();
      const uploading = uploadImages(media, await distinct(3), { module, signal: stop.signal });
      await expect.poll(() => wire.calls.length).toBeGreaterThan(0);
      const reason = new Error("enough");
      stop.abort(reason);
      await expect(uploading).rejects.toBe(reason);
    });
  });

  describe("media_space: one image of a batch that fails in passing", () => {
    const one: UploadImagesOptions = { module: "media_space" };

    test.each(["error_server", "error_network", "error_rate_limit"])("with %s is sent again alone", async (code) => {
      emulator.faults.add(`media_space/upload_image#1:image-error=4,error=${code}`);
      const images = await distinct(8);
      const results = await uploadImages(media, images, one);
      for (const [index, bytes] of images.entries()) await expectUploaded(results[index], bytes);
      expect(wire.calls.map(contents)).toEqual([images.map(md5), [md5(images[4]!)]]);
    });

    test("again and again has its error at last, and the others have been uploaded", async () => {
      emulator.faults.add("media_space/upload_image:image-error=0,error=error_server");
      const images = await distinct(3);
      const [failed, ...others] = await uploadImages(media, images, one);
      expect(failed?.error).toSatisfy(isShopeeApiError);
      expect(failed?.error).toMatchObject({ code: "error_server" });
      for (const [index, result] of others.entries()) await expectUploaded(result, images[index + 1]!);
      expect(wire.calls.map((files) => files.length)).toEqual([3, 1, 1, 1, 1]);
    });

    test("for good is not sent again", async () => {
      emulator.faults.add("media_space/upload_image#1:image-error=1,error=error_busi,message=Try the app");
      const images = await distinct(3);
      const results = await uploadImages(media, images, one);
      expect(results[1]?.error).toMatchObject({ code: "error_busi" });
      await expectUploaded(results[2], images[2]!);
      expect(batchSizes()).toEqual([3]);
    });

    test("in several batches at once: those are gathered into one", async () => {
      emulator.faults.add("media_space/upload_image#1+2+3:image-error=6,error=error_network");
      const images = await distinct(25);
      const results = await uploadImages(media, images, { ...one, batchSize: 7 });
      for (const [index, bytes] of images.entries()) await expectUploaded(results[index], bytes);
      expect(batchSizes()).toEqual([7, 7, 7, 4, 3]);
      expect(contents(wire.calls[4])).toEqual([6, 13, 20].map((index) => md5(images[index]!)));
    });
  });
});

/** The image calls that reached an emulator. */
interface ImageRecorder {
  /** Passes requests on to the emulator. */
  fetch: typeof fetch;
  /** The files of each call, in the order of the calls. */
  calls: WireField[][];
}

/** Takes down every image as it goes over the wire. */
function recordImages(emulator: EmulatorApp): ImageRecorder {
  const calls: WireField[][] = [];
  return {
    calls,
    async fetch(input, init) {
      const request = new Request(input, init);
      const { url, method, headers, signal } = request;
      const body = new Uint8Array(await request.arrayBuffer());
      const fields = parseMultipart(headers.get("content-type") ?? "", body);
      calls.push(fields.filter(({ filename }) => filename !== undefined));
      return await emulator.fetch(new Request(url, { method, headers, body, signal }));
    },
  };
}
