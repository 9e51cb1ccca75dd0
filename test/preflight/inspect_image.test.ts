import { describe, expect, test } from "vitest";
import { InvalidInputError } from "../../src/errors.ts";
import { inspectImage } from "../../src/preflight/mod.ts";
import { readAsset } from "../support/files.ts";

/** Segments of a JPEG file; `SIZE` is that of a frame of 300 × 200 pixels. */
const TABLE = [0xff, 0xdb, 0, 67, ...Array<number>(65).fill(0)];
const SIZE = [0xff, 0xc0, 0, 11, 8, 0, 200, 1, 44, 1, 1, 0x11, 0];
const SCAN = [0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0];
const END = [0xff, 0xd9];
const THUMBNAIL = [0xff, 0xe1, 0, 8, 0xff, 0xd8, 0xff, 0xd9, 0, 0];

function inspectJpeg(...segments: number[][]) {
  return inspectImage(new Blob([Uint8Array.from([0xff, 0xd8, ...TABLE, ...segments.flat()])]));
}

describe("a JPEG image", () => {
  test.each([
    ["as plain as it can be", [SIZE, SCAN, [1, 2, 3], END]],
    ["with FF bytes before a marker", [[0xff, 0xff, 0xff], SIZE, SCAN, END]],
    ["with the end of a thumbnail before it", [THUMBNAIL, SIZE, SCAN, END]],
    ["with escaped FF and restart markers in its data", [SIZE, SCAN, [0xff, 0, 0xff, 0xd0, 7], END]],
    ["with bytes between its segments", [THUMBNAIL, [1, 2, 3, 4], SIZE, SCAN, END]],
    ["with a tail that a phone put there", [SIZE, SCAN, END, [1, 2, 3, 0xff, 0xff]]],
  ])("%s", async (_, segments) => {
    expect(await inspectJpeg(...segments)).toMatchObject({ format: "jpeg", width: 300, height: 200 });
  });

  test.each([
    ["without its end", "cut off: its end does not come before byte 97", [SIZE, SCAN, [1, 2, 3]]],
    ["without its end, but with that of a thumbnail", "cut off", [THUMBNAIL, SIZE, SCAN, [1, 2, 3]]],
    ["without a size", "damaged at byte 75: its scan comes before its frame", [SCAN, END]],
    ["without a picture", "damaged at byte 73: it ends without a picture", [END]],
    ["of a segment that goes on for ever", "cut off", [[0xff, 0xe0, 0xff, 0xff], SIZE, SCAN, END]],
  ])("%s is refused", async (_, reason, segments) => {
    await expect(inspectJpeg(...segments)).rejects.toThrow(
      `Cannot read the image: it is a JPEG file that is ${reason}`,
    );
  });
});

describe("an image that is cut off anywhere is found", () => {
  // Behind the last byte of its pixels a PNG file has 12 that no decoder needs: the chunk `IEND`.
  test.each([["ok.jpg", 0], ["progressive.jpg", 0], ["cmyk.jpg", 0], ["ok.png", 12]])("%s", async (file, notNeeded) => {
    const bytes = await readAsset(`image/${file}`);
    for (let length = 0; length < bytes.byteLength - notNeeded; length++) {
      const error = await inspectImage(new Blob([bytes.subarray(0, length)])).catch((reason) => reason);
      expect(error, `${length} bytes`).toBeInstanceOf(InvalidInputError);
    }
  });
});

describe("an image with any bits flipped gets a clear answer", () => {
  const files = ["ok.jpg", "progressive.jpg", "ok.png", "ok.gif", "lossy.webp", "lossless.webp", "extended.webp"];

  test.each(files)("%s", async (file) => {
    const bytes = await readAsset(`image/${file}`);
    for (let index = 0; index < bytes.byteLength; index++) {
      const damaged = bytes.slice();
      damaged[index]! ^= 1 << (index % 8);
      const answer = await inspectImage(new Blob([damaged])).catch((reason) => reason);
      if (answer instanceof InvalidInputError) continue;
      const isTaken = answer.format === "jpeg" || answer.format === "png";
      const side = isTaken ? expect.any(Number) : null;
      expect(answer).toMatchObject({ width: side, height: side });
    }
  });
});
