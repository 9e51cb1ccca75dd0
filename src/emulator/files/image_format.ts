/** The formats of images that the platform takes. */
export type ImageFormat = "jpeg" | "png";

const SIGNATURES: [ImageFormat, number[]][] = [
  ["jpeg", [0xff, 0xd8, 0xff]],
  ["png", [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
];

/** Tells the format of an image by its first bytes; `undefined` when the platform does not take it. */
export function imageFormat(content: Uint8Array): ImageFormat | undefined {
  return SIGNATURES.find(([, signature]) => signature.every((byte, index) => content[index] === byte))?.[0];
}
