/** How an image is coded. */
export type ImageFormat = "jpeg" | "png" | "gif" | "webp" | "bmp" | "tiff" | "heic" | "avif";

/** What a file begins with; a `.` stands for any byte. */
const SIGNATURES: readonly (readonly [ImageFormat, string])[] = [
  ["jpeg", "\xff\xd8\xff"],
  ["png", "\x89PNG\r\n\x1a\n"],
  ["gif", "GIF87a"],
  ["gif", "GIF89a"],
  ["webp", "RIFF....WEBP"],
  ["bmp", "BM....\0\0\0\0"],
  ["tiff", "II*\0"],
  ["tiff", "MM\0*"],
  ["avif", "....ftypavif"],
  ["avif", "....ftypavis"],
  ["heic", "....ftyphei"],
  ["heic", "....ftyphev"],
  ["heic", "....ftypmif1"],
];

/**
 * Tells the format of an image by its first bytes; names and content types often lie.
 *
 * @param head The first 12 bytes of the file or more.
 * @returns The format, `undefined` for anything else.
 * @example
 * ```ts
 * import { sniffImageFormat } from "shopee-media/preflight";
 *
 * console.assert(sniffImageFormat(Uint8Array.of(0xff, 0xd8, 0xff, 0xe0)) === "jpeg");
 * ```
 */
export function sniffImageFormat(head: Uint8Array): ImageFormat | undefined {
  const text = String.fromCharCode(...head.subarray(0, 12));
  return SIGNATURES.find(([, signature]) => beginsWith(text, signature))?.[0];
}

function beginsWith(text: string, signature: string): boolean {
  if (text.length < signature.length) return false;
  return [...signature].every((letter, index) => letter === "." || letter === text[index]);
}
