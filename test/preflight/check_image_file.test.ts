import { readdir } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { type BrokenRuleName, checkImage, checkImageFile, MAX_IMAGE_SIZE } from "../../src/preflight/mod.ts";
import { readAsset } from "./support/read_asset.ts";

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
    expect(checkImage(info).map((rule) => rule.message)).toEqual(["Cannot upload the image: it has 0 x 48 pixels"]);

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
