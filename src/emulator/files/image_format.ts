/** The formats of images that the platform takes. */
export type ImageFormat = "jpeg" | "png";

/** What was found in an image. */
export interface ImageInspection {
  format: ImageFormat;
  /** Pixels; 0 where the file does not tell. */
  width: number;
  /** Pixels; 0 where the file does not tell. */
  height: number;
  /** Whether it has an end. What comes after that does not count. */
  isWhole: boolean;
}

/** Looks at an image; `undefined` when it is of no format that the platform takes. */
export function inspectImage(content: Uint8Array): ImageInspection | undefined {
  const format = formatOf(content);
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  if (format === undefined) return undefined;
  return { format, ...(format === "jpeg" ? inspectJpeg(view) : inspectPng(view)) };
}

const SIGNATURES: [ImageFormat, number[]][] = [
  ["jpeg", [0xff, 0xd8, 0xff]],
  ["png", [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
];

function formatOf(content: Uint8Array): ImageFormat | undefined {
  return SIGNATURES.find(([, signature]) => signature.every((byte, index) => content[index] === byte))?.[0];
}

const SCAN = 0xda;
const END = [0xff, 0xd9];

function inspectJpeg(view: DataView): Omit<ImageInspection, "format"> {
  let [width, height] = [0, 0];
  let position = 2;
  while (position + 4 <= view.byteLength && view.getUint8(position) === 0xff) {
    const marker = view.getUint8(position + 1);
    if (marker === SCAN) return { width, height, isWhole: hasJpegEnd(view, position) };
    if (isFrame(marker) && position + 9 <= view.byteLength) {
      height = view.getUint16(position + 5);
      width = view.getUint16(position + 7);
    }
    // Any number of FF may stand before a marker.
    position += marker === 0xff ? 1 : 2 + view.getUint16(position + 2);
  }
  return { width, height, isWhole: false };
}

/** C0 to CF begin a frame, but for the tables C4, C8 and CC. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker % 4 !== 0 || marker === 0xc0;
}

/** Only behind the scan: what stands before it may hold a whole other image, a small one for a preview. */
function hasJpegEnd(view: DataView, scan: number): boolean {
  for (let position = scan; position + 2 <= view.byteLength; position++) {
    if (END.every((byte, index) => view.getUint8(position + index) === byte)) return true;
  }
  return false;
}

const CHUNK_FRAME = 12;
/** Signature, and the head of the first chunk, which has the sides. */
const PNG_HEAD = 16;

function inspectPng(view: DataView): Omit<ImageInspection, "format"> {
  const hasSides = view.byteLength >= PNG_HEAD + 8;
  const width = hasSides ? view.getUint32(PNG_HEAD) : 0;
  const height = hasSides ? view.getUint32(PNG_HEAD + 4) : 0;
  let position = 8;
  while (position + CHUNK_FRAME <= view.byteLength) {
    if (view.getUint32(position + 4) === 0x49454e44) return { width, height, isWhole: true }; // IEND
    position += CHUNK_FRAME + view.getUint32(position);
  }
  return { width, height, isWhole: false };
}
