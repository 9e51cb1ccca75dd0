import { crc32, deflateSync } from "node:zlib";
import type { BrokenRule } from "../../mod.ts";
import { parsePng } from "../../src/preflight/parse_png.ts";
import { readdir } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { type BrokenRuleName, checkImage, checkImageFile, MAX_IMAGE_SIZE } from "../../src/preflight/mod.ts";
import { readAsset } from "../support/files.ts";

const VERDICTS: { file: string; format?: string; broken: BrokenRuleName[] }[] = [
  { file: "ok.jpg", format: "jpeg", broken: [] },
  { file: "progressive.jpg", format: "jpeg", broken: [] },
  { file: "cmyk.jpg", format: "jpeg", broken: [] },
  { file: "ok.png", format: "png", broken: [] },
  { file: "png_named.jpg", format: "png", broken: [] },
  { file: "ok.gif", format: "gif", broken: ["format"] },
  { file: "lossy.webp", format: "webp", broken: ["format"] },
  { file: "lossless.webp", format: "webp", broken: ["format"] },
  { file: "extended.webp", format: "webp", broken: ["format"] },
  { file: "empty.jpg", broken: ["not_empty"] },
  { file: "truncated.jpg", broken: ["readable"] },
  { file: "truncated.png", broken: ["readable"] },
];

describe("every real file gets the verdict of test/assets/README.md", () => {
  test.each(VERDICTS)("$file", async ({ file, format, broken }) => {
    const bytes = await readAsset(`image/${file}`);
    const check = await checkImageFile(new Blob([bytes]));
    expect(check.broken.map((rule) => rule.rule)).toEqual(broken);
    const [width, height] = broken.length === 0 ? [64, 48] : [null, null];
    const info = { format, mimeType: `image/${format}`, width, height, size: bytes.byteLength };
    expect(check.info).toEqual(format === undefined ? null : info);
  });

  test("and none is left out", async () => {
    const files = await readdir(new URL("../assets/image", import.meta.url));
    expect(VERDICTS.map((verdict) => verdict.file).sort()).toEqual(files.sort());
  });
});

describe("the size", () => {
  test.each(["ok.jpg", "ok.png"])("of 10 MB is allowed, one byte more is not: %s", async (file) => {
    const bytes = await readAsset(`image/${file}`);
    const largest = await checkImageFile(new Blob([bytes, new Uint8Array(MAX_IMAGE_SIZE - bytes.byteLength)]));
    expect(largest.broken).toEqual([]);
    const tooLarge = await checkImageFile(new Blob([bytes, new Uint8Array(MAX_IMAGE_SIZE - bytes.byteLength + 1)]));
    expect(tooLarge.broken.map((rule) => rule.message)).toEqual([
      "Cannot upload the image: it has 10485761 bytes, at most 10485760 are allowed",
    ]);
  });

  test("of an image whose end lies past 10 MB breaks that rule alone", async () => {
    const bytes = await readAsset("image/ok.jpg");
    const scan = bytes.indexOf(0xda, 100) - 1;
    const padding = segments(MAX_IMAGE_SIZE);
    const image = new Blob([bytes.subarray(0, scan), padding, bytes.subarray(scan)]);
    const { broken } = await checkImageFile(image);
    expect(broken.map((rule) => rule.rule)).toEqual(["size"]);
  });

  test("in pixels is at least one by one", async () => {
    const info = { format: "png", mimeType: "image/png", width: 0, height: 48, size: 384 } as const;
    expect(checkImage(info).map((rule) => rule.message)).toEqual([
      "Cannot upload the image: it has 0 x 48 pixels, at least 17 a side are needed",
    ]);

    const bytes = await readAsset("image/ok.jpg");
    const frame = bytes.indexOf(0xc0, bytes.indexOf(0xdb, 90));
    new DataView(bytes.buffer).setUint16(frame + 6, 0);
    const { broken } = await checkImageFile(new Blob([bytes]));
    expect(broken.map((rule) => rule.message)).toEqual([
      expect.stringMatching(
        /^Cannot upload the image: it is a JPEG file that is damaged at byte \d+: it has 0 x 48 pixels$/,
      ),
    ]);
  });
});

test.each([
  [16, 400, "refused"],
  [400, 16, "refused"],
  [17, 400, "uncertain"],
  [400, 199, "uncertain"],
  [200, 200, "good"],
])("a picture of %d x %d pixels is %s", async (width, height, verdict) => {
  const image = greyPng(width, height);
  const { broken, warnings } = await checkImageFile(new Blob([image]));
  const rules = ({ rule, value, limit, uncertain }: BrokenRule) => ({ rule, value, limit, uncertain });
  const side = { rule: "pixels", value: Math.min(width, height) };
  expect(broken.map(rules)).toEqual(verdict === "refused" ? [{ ...side, limit: 17, uncertain: undefined }] : []);
  expect(warnings.map(rules)).toEqual(verdict === "uncertain" ? [{ ...side, limit: 200, uncertain: true }] : []);
});

/** A grey PNG. */
function greyPng(width: number, height: number): Uint8Array<ArrayBuffer> {
  const chunk = (type: string, data: Uint8Array) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    const sum = Buffer.alloc(4);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, sum]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width);
  header.writeUInt32BE(height, 4);
  header.set([8, 0], 8);
  const rows = deflateSync(Buffer.alloc((width + 1) * height));
  const start = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const end = new Uint8Array();
  return new Uint8Array(Buffer.concat([start, chunk("IHDR", header), chunk("IDAT", rows), chunk("IEND", end)]));
}

test("a PNG may be a view into a larger buffer", async () => {
  const image = greyPng(200, 200);
  const around = new Uint8Array(image.length + 100).fill(0xff);
  around.set(image, 50);
  const view = new DataView(around.buffer, 50, image.length);
  expect(await parsePng(view)).toEqual({ width: 200, height: 200 });
});

test("what is no image says so", async () => {
  const { broken } = await checkImageFile(new Blob(["just text"]));
  expect(broken.map((rule) => rule.message)).toEqual([
    "Cannot upload the image: it begins like no image that is known, such as JPEG or PNG",
  ]);
});

test("the signal's reason is thrown", async () => {
  const reason = new Error("not now");
  const checking = checkImageFile(new Blob(["x"]), { signal: AbortSignal.abort(reason) });
  await expect(checking).rejects.toBe(reason);
});

/** Comment segments of at least so many bytes, as JPEG files may hold between their other segments. */
function segments(size: number): Uint8Array<ArrayBuffer> {
  const segmentSize = 2 + 0xffff;
  const count = Math.ceil(size / segmentSize);
  const bytes = new Uint8Array(count * segmentSize);
  for (let index = 0; index < count; index++) bytes.set([0xff, 0xfe, 0xff, 0xff], index * segmentSize);
  return bytes;
}
