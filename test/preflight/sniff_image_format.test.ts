import { expect, test } from "vitest";
import { sniffImageFormat } from "../../src/preflight/mod.ts";

const latin1 = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

test.each([
  ["jpeg", "\xff\xd8\xff\xe0\0\x10JFIF"],
  ["jpeg", "\xff\xd8\xff\xe1\0\x10Exif"],
  ["png", "\x89PNG\r\n\x1a\n\0\0\0\rIHDR"],
  ["gif", "GIF87a"],
  ["gif", "GIF89a"],
  ["webp", "RIFF\x24\0\0\0WEBPVP8 "],
  ["bmp", "BM\x36\x24\0\0\0\0\0\0\x36\0"],
  ["tiff", "II*\0\x08\0\0\0"],
  ["tiff", "MM\0*\0\0\0\x08"],
  ["avif", "\0\0\0\x20ftypavif\0\0\0\0"],
  ["heic", "\0\0\0\x18ftypheic\0\0\0\0"],
  ["heic", "\0\0\0\x18ftypmif1\0\0\0\0"],
  [undefined, "\0\0\0\x20ftypisom\0\0\0\0"],
  [undefined, "RIFF\x24\0\0\0AVI LIST"],
  [undefined, "\x89PNG\n\x1a\n"],
  [undefined, "\xff\xd8"],
  [undefined, "<svg xmlns="],
  [undefined, ""],
])("%s: %j", (format, head) => {
  expect(sniffImageFormat(latin1(head))).toBe(format);
});
