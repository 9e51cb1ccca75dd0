import { endsWithin, type JpegFrame, type JpegSegment, measureHuffmanTable } from "./jpeg_scan.ts";
import { unreadable, type UnreadableFileError } from "./readable_file.ts";

/** What the segments before a scan say. */
interface Decoder {
  frame: JpegFrame | undefined;
  quantisations: Set<number>;
  /** Where each table of Huffman codes begins. */
  huffman: Map<number, number>;
  /** Units of a scan between two restart markers; 0 for none. */
  restartInterval: number;
}

const MARKER = 0xff;
const END = 0xd9;
/** Baseline, extended and progressive frames, with Huffman or arithmetic codes. Of the others nobody reads any. */
const FRAMES: ReadonlySet<number> = new Set([0xc0, 0xc1, 0xc2, 0xc9, 0xca]);
const OTHER_FRAMES: ReadonlySet<number> = new Set([0xc3, 0xc5, 0xc6, 0xc7, 0xcb, 0xcd, 0xce, 0xcf]);
const PLAIN_FRAMES: ReadonlySet<number> = new Set([0xc0, 0xc1]);

/**
 * Reads the size of a JPEG image, and makes sure that it can be decoded to its end, as `libjpeg-turbo` does: bytes that
 * belong to nothing are passed over, and what follows the picture may be anything.
 *
 * @throws {InvalidInputError} It is cut off or damaged.
 */
export function parseJpeg(view: DataView): { width: number; height: number } {
  const decoder: Decoder = { frame: undefined, quantisations: new Set(), huffman: new Map(), restartInterval: 0 };
  let hasScan = false;
  let offset = 2;
  while (true) {
    offset = findMarker(view, offset);
    if (offset >= view.byteLength) throw cutOff(view);
    const marker = view.getUint8(offset);
    offset += 1;
    if (marker === END) {
      if (decoder.frame === undefined || !hasScan) throw damaged("it ends without a picture", offset);
      return sizeOf(decoder.frame);
    }
    if (isRestart(marker) || marker === 0x01) continue;

    const segment = readSegment(view, offset);
    readMarker(view, { marker, segment, decoder });
    offset = segment.end;
    if (marker !== 0xda) continue;
    hasScan = true;
    const frame = checkScan(view, segment, decoder);
    const next = findScanEnd(view, offset);
    // A picture that comes in one go is complete as soon as a decoder need not read on, whatever stands there.
    if (frame.isPlain && isWholeScan(view, segment, frame)) {
      if (next < view.byteLength || endsWithin(view, { ...decoder, frame, segment })) return sizeOf(frame);
      throw cutOff(view);
    }
    offset = next;
  }
}

function sizeOf({ width, height }: JpegFrame): { width: number; height: number } {
  return { width, height };
}

/** Finds the next marker, and returns where its number stands. */
function findMarker(view: DataView, start: number): number {
  for (let offset = start; offset + 1 < view.byteLength; offset++) {
    if (view.getUint8(offset) !== MARKER) continue;
    const marker = view.getUint8(offset + 1);
    if (marker !== MARKER && marker !== 0) return offset + 1;
  }
  return view.byteLength;
}

/** Finds the marker that ends the data of a scan, in which there can be restart markers. */
function findScanEnd(view: DataView, start: number): number {
  let offset = findMarker(view, start);
  while (offset < view.byteLength && isRestart(view.getUint8(offset))) offset = findMarker(view, offset + 1);
  return offset < view.byteLength ? offset - 1 : offset;
}

function isRestart(marker: number): boolean {
  return marker >= 0xd0 && marker <= 0xd7;
}

function readSegment(view: DataView, offset: number): JpegSegment {
  if (offset + 2 > view.byteLength) throw cutOff(view);
  // A length counts itself. One that is too short for that has no content.
  const end = offset + Math.max(2, view.getUint16(offset));
  if (end > view.byteLength) throw cutOff(view);
  return { start: offset + 2, end };
}

function readMarker(view: DataView, found: { marker: number; segment: JpegSegment; decoder: Decoder }): void {
  const { marker, segment, decoder } = found;
  if (FRAMES.has(marker)) {
    if (decoder.frame !== undefined) throw damaged("it has two frames", segment.start);
    decoder.frame = readFrame(view, segment, marker);
    return;
  }
  if (OTHER_FRAMES.has(marker)) throw damaged("it is coded in a way that is not in use", segment.start);
  if (marker === 0xdb) return readQuantisations(view, segment, decoder);
  if (marker === 0xc4) return readHuffmanTables(view, segment, decoder);
  if (marker === 0xdd && segment.end >= segment.start + 2) {
    decoder.restartInterval = view.getUint16(segment.start);
    return;
  }
  // A scan, tables of arithmetic codes, lines, what applications put there, comments.
  const isKnown = marker === 0xda || marker === 0xcc || marker === 0xdc || marker === 0xdd ||
    (marker >= 0xe0 && marker <= 0xef) || marker === 0xfe;
  if (!isKnown) throw damaged(`it has a marker that is not in use (${marker.toString(16)})`, segment.start);
}

function readFrame(view: DataView, { start, end }: JpegSegment, marker: number): JpegFrame {
  const count = end >= start + 6 ? view.getUint8(start + 5) : 0;
  if (end !== start + 6 + count * 3) throw damaged("its frame has a wrong length", start);
  const [height, width] = [view.getUint16(start + 1), view.getUint16(start + 3)];
  if (width === 0 || height === 0 || count === 0) throw damaged(`it has ${width} x ${height} pixels`, start);
  if (view.getUint8(start) !== 8) throw damaged(`it has ${view.getUint8(start)} bits a colour, not 8`, start);

  const colours = Array.from({ length: count }, (_, index) => {
    const offset = start + 6 + index * 3;
    const factors = view.getUint8(offset + 1);
    const colour = { id: view.getUint8(offset), across: factors >> 4, down: factors & 15 };
    if (!isFactor(colour.across) || !isFactor(colour.down)) throw damaged("its frame is damaged", offset);
    return { ...colour, quantisation: view.getUint8(offset + 2) };
  });
  return { width, height, colours, isPlain: PLAIN_FRAMES.has(marker) };
}

function isFactor(factor: number): boolean {
  return factor >= 1 && factor <= 4;
}

function readQuantisations(view: DataView, { start, end }: JpegSegment, { quantisations }: Decoder): void {
  for (let offset = start; offset < end;) {
    const head = view.getUint8(offset);
    if ((head & 15) > 3) throw damaged("a table of it has a wrong number", offset);
    quantisations.add(head & 15);
    offset += 1 + (head >> 4 === 0 ? 64 : 128);
  }
}

function readHuffmanTables(view: DataView, { start, end }: JpegSegment, { huffman }: Decoder): void {
  for (let offset = start; offset + 17 <= end;) {
    const table = offset + 1;
    huffman.set(view.getUint8(offset), table);
    offset = table + measureHuffmanTable(view, table);
    if (offset > end || offset === table) throw damaged("its table of codes is damaged", table);
  }
}

/** Makes sure that a scan is one of the frame's, with all that decoding it needs. */
function checkScan(view: DataView, segment: JpegSegment, { frame, quantisations }: Decoder): JpegFrame {
  const { start, end } = segment;
  if (frame === undefined) throw damaged("its scan comes before its frame", start);
  const count = start < end ? view.getUint8(start) : 0;
  if (count < 1 || count > 4 || end !== start + 4 + count * 2) throw damaged("its scan has a wrong length", start);
  for (let index = 0; index < count; index++) {
    const id = view.getUint8(start + 1 + index * 2);
    const colour = frame.colours.find((each) => each.id === id);
    if (colour === undefined) throw damaged(`its scan has a colour that its frame has not (${id})`, start);
    if (!quantisations.has(colour.quantisation)) throw damaged("a table of it is missing", start);
  }
  return frame;
}

function isWholeScan(view: DataView, { start }: JpegSegment, { colours }: JpegFrame): boolean {
  return view.getUint8(start) === colours.length;
}

function cutOff(view: DataView): UnreadableFileError {
  return unreadable(
    "image",
    `it is a JPEG file that is cut off: its end does not come before byte ${view.byteLength}`,
  );
}

function damaged(how: string, offset: number): UnreadableFileError {
  return unreadable("image", `it is a JPEG file that is damaged at byte ${offset}: ${how}`);
}
