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

const SCAN = 0xda;
const END = [0xff, 0xd9];
const CHUNK_FRAME = 12;

/** Tells whether an image has an end. What comes after that does not count. */
export function isWholeImage(content: Uint8Array, format: ImageFormat): boolean {
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  return format === "jpeg" ? isWholeJpeg(view) : isWholePng(view);
}

function isWholeJpeg(view: DataView): boolean {
  let position = 2;
  while (position + 4 <= view.byteLength && view.getUint8(position) === 0xff) {
    const marker = view.getUint8(position + 1);
    if (marker === SCAN) return hasJpegEnd(view, position);
    // Any number of FF may stand before a marker.
    position += marker === 0xff ? 1 : 2 + view.getUint16(position + 2);
  }
  return false;
}

/** Only behind the scan: what stands before it may hold a whole other image, a small one for a preview. */
function hasJpegEnd(view: DataView, scan: number): boolean {
  for (let position = scan; position + 2 <= view.byteLength; position++) {
    if (END.every((byte, index) => view.getUint8(position + index) === byte)) return true;
  }
  return false;
}

function isWholePng(view: DataView): boolean {
  let position = 8;
  while (position + CHUNK_FRAME <= view.byteLength) {
    if (view.getUint32(position + 4) === 0x49454e44) return true; // IEND
    position += CHUNK_FRAME + view.getUint32(position);
  }
  return false;
}
