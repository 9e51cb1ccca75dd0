import type { BinaryInput } from "../platform/types/envelope.ts";

/** What the first bytes of a file say it is. */
export interface ImageKind {
  /** Media type. */
  type: string;
  /** Usual file name extension, without dot. */
  extension: string;
}

/**
 * Tells what kind of image some bytes are, by their first bytes and not by a name.
 *
 * @param input The image.
 * @returns Its kind; `application/octet-stream` for anything but JPEG and PNG, which Shopee will then refuse.
 */
export async function sniffImage(input: BinaryInput): Promise<ImageKind> {
  const head = input instanceof Uint8Array
    ? input.subarray(0, 8)
    : new Uint8Array(await input.slice(0, 8).arrayBuffer());
  const starts = (...bytes: number[]) => bytes.every((byte, i) => head[i] === byte);
  if (starts(0xff, 0xd8, 0xff)) return { type: "image/jpeg", extension: "jpg" };
  if (starts(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return { type: "image/png", extension: "png" };
  return { type: "application/octet-stream", extension: "bin" };
}
