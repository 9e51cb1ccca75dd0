import { unreadable, type UnreadableFileError } from "./readable_file.ts";

const SIGNATURE_SIZE = 8;
/** Length, type and checksum around the data of a chunk. */
const CHUNK_FRAME = 12;
/** The largest side that libpng takes. */
const MAX_SIDE = 1_000_000;
/** Bytes that are unpacked to see whether all rows are there. What is larger is believed its checksums. */
const MAX_UNPACKED = 4 * 2 ** 20;
/** Bytes that are handed over to be unpacked at once: some runtimes make up to a thousand times as many of them in one go. */
const PIECE_SIZE = 8192;
/** Bytes that are added up before the sums are taken back into their range; they stay exact for longer than that. */
const ADLER_RUN = 4096;
/** How many bits a colour can have, and how many colours a pixel has, by the kind of colours. */
const KINDS: Readonly<Record<number, { bits: readonly number[]; colours: number }>> = {
  0: { bits: [1, 2, 4, 8, 16], colours: 1 },
  2: { bits: [8, 16], colours: 3 },
  3: { bits: [1, 2, 4, 8], colours: 1 },
  4: { bits: [8, 16], colours: 2 },
  6: { bits: [8, 16], colours: 4 },
};
const PALETTE_KIND = 3;
/** The seven passes of an interlaced picture: first column and row, and the distance to the next. */
const PASSES = [[0, 0, 8, 8], [4, 0, 8, 8], [0, 4, 4, 8], [2, 0, 4, 4], [0, 2, 2, 4], [1, 0, 2, 2], [
  0,
  1,
  1,
  2,
]] as const;

/** What a PNG file says of its picture. */
interface Header {
  width: number;
  height: number;
  kind: number;
  bitsPerPixel: number;
  isInterlaced: boolean;
}

/** A piece of a PNG file. */
interface Chunk {
  type: string;
  /** First byte of its data, and first byte after it. */
  start: number;
  end: number;
}

/**
 * Reads the size of a PNG image, and makes sure that it can be decoded, as `libpng` does: all its rows have to be there,
 * and it does not matter what follows them.
 *
 * @throws {InvalidInputError} It is cut off or damaged, or made for iPhones alone.
 */
export async function parsePng(view: DataView<ArrayBuffer>): Promise<{ width: number; height: number }> {
  let header: Header | undefined;
  let hasPalette = false;
  let packed: Uint8Array<ArrayBuffer> | undefined;
  let packedSize = 0;
  let offset = SIGNATURE_SIZE;
  while (true) {
    const chunk = readChunk(view, offset);
    // Behind the data nothing is needed any more.
    if (packed !== undefined && chunk?.type !== "IDAT") break;
    if (chunk === undefined) throw cutOff(view);
    const { type, start, end } = chunk;
    if (type === "CgBI") {
      throw unreadable("image", "it is a PNG file that was made for iPhones (CgBI), which nothing else can read");
    }
    if (!/^[A-Za-z]{4}$/.test(type)) throw damaged("it has bytes that are no chunk", start);
    if ((header === undefined) !== (type === "IHDR")) throw damaged("its header is not its first chunk", start);
    if (isNeeded(type)) checkSum(view, chunk);
    if (type === "IHDR") header = readHeader(view, chunk);
    else if (type === "PLTE") hasPalette = true;
    else if (type === "IDAT") {
      packed ??= new Uint8Array(view.byteLength - start);
      packed.set(new Uint8Array(view.buffer, view.byteOffset + start, end - start), packedSize);
      packedSize += end - start;
    } else if (type === "IEND") throw damaged("it ends without a picture", start);
    else if (isNeeded(type)) throw damaged(`it has a chunk that is not in use (${type})`, start);
    offset = end + 4;
  }
  if (header === undefined || packed === undefined) throw cutOff(view);
  if (header.kind === PALETTE_KIND && !hasPalette) throw damaged("it has no palette", SIGNATURE_SIZE);
  await checkRows(packed.subarray(0, packedSize), header);
  return { width: header.width, height: header.height };
}

function readChunk(view: DataView, offset: number): Chunk | undefined {
  if (offset + CHUNK_FRAME > view.byteLength) return undefined;
  const end = offset + 8 + view.getUint32(offset);
  if (end + 4 > view.byteLength) return undefined;
  const letters = [4, 5, 6, 7].map((index) => view.getUint8(offset + index));
  return { type: String.fromCharCode(...letters), start: offset + 8, end };
}

/** Whether a decoder has to know a chunk: its first letter is a capital one. */
function isNeeded(type: string): boolean {
  return type[0]! < "a";
}

function readHeader(view: DataView, { start, end }: Chunk): Header {
  if (end - start !== 13) throw damaged(`its header has ${end - start} bytes, not 13`, start);
  const [width, height] = [view.getUint32(start), view.getUint32(start + 4)];
  if (!(width > 0 && height > 0 && width <= MAX_SIDE && height <= MAX_SIDE)) {
    throw damaged(`it has ${width} x ${height} pixels`, start);
  }
  const [bits, kind, compression, filter, interlace] = [8, 9, 10, 11, 12].map((index) => view.getUint8(start + index));
  const known = KINDS[kind!];
  if (!known?.bits.includes(bits!)) throw damaged(`it has ${bits} bits of colours of kind ${kind}`, start);
  if (compression !== 0 || filter !== 0 || interlace! > 1) {
    throw damaged("it is packed in a way that is not in use", start);
  }
  return { width, height, kind: kind!, bitsPerPixel: bits! * known.colours, isInterlaced: interlace === 1 };
}

/** Makes sure that all rows of the picture are there, and are what was packed. */
async function checkRows(packed: Uint8Array<ArrayBuffer>, header: Header): Promise<void> {
  const isPacked = packed.byteLength > 6 && (packed[0]! & 15) === 8 && (packed[0]! << 8 | packed[1]!) % 31 === 0;
  if (!isPacked) throw unpackable();
  // Between a head of two bytes and a checksum of four, which not all runtimes look at by themselves.
  const reader = streamOf(packed.subarray(2, -4)).pipeThrough(new DecompressionStream("deflate-raw")).getReader();
  let unpacked = 0;
  let sum = 1;
  try {
    while (unpacked < MAX_UNPACKED) {
      const { done, value } = await reader.read();
      if (done) break;
      unpacked += value.byteLength;
      sum = adler32(sum, value);
    }
  } catch (cause) {
    throw unpackable(cause);
  } finally {
    await reader.cancel().catch(() => {});
  }
  if (unpacked >= MAX_UNPACKED) return;
  const told = new DataView(packed.buffer, packed.byteOffset + packed.byteLength - 4).getUint32(0);
  if (unpacked < countBytes(header) || sum !== told) throw unpackable();
}

/** Hands bytes over piece by piece, as they are asked for. */
function streamOf(bytes: Uint8Array<ArrayBuffer>): ReadableStream<Uint8Array<ArrayBuffer>> {
  let offset = 0;
  return new ReadableStream({
    pull(controller) {
      if (offset === bytes.byteLength) return controller.close();
      const end = Math.min(offset + PIECE_SIZE, bytes.byteLength);
      controller.enqueue(bytes.subarray(offset, end));
      offset = end;
    },
  }, { highWaterMark: 0 });
}

/** Goes on with the checksum of packed data. */
function adler32(before: number, bytes: Uint8Array): number {
  let [low, high] = [before & 0xffff, before >>> 16];
  for (let start = 0; start < bytes.byteLength; start += ADLER_RUN) {
    const end = Math.min(start + ADLER_RUN, bytes.byteLength);
    for (let offset = start; offset < end; offset++) {
      low += bytes[offset]!;
      high += low;
    }
    low %= 65_521;
    high %= 65_521;
  }
  return (high << 16 | low) >>> 0;
}

/** Bytes of all rows, each with the number of its filter. */
function countBytes({ width, height, bitsPerPixel, isInterlaced }: Header): number {
  const inRows = (columns: number, rows: number) =>
    columns === 0 ? 0 : rows * (1 + Math.ceil(columns * bitsPerPixel / 8));
  if (!isInterlaced) return inRows(width, height);
  return PASSES.reduce((sum, [column, row, right, down]) => {
    return sum + inRows(Math.ceil((width - column) / right), Math.max(0, Math.ceil((height - row) / down)));
  }, 0);
}

const CRC_TABLE = new Uint32Array(256).map((_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? crc >>> 1 ^ 0xedb88320 : crc >>> 1;
  return crc;
});

function checkSum(view: DataView, { type, start, end }: Chunk): void {
  let crc = -1;
  for (let offset = start - 4; offset < end; offset++) {
    crc = CRC_TABLE[(crc ^ view.getUint8(offset)) & 255]! ^ crc >>> 8;
  }
  if ((crc ^ -1) >>> 0 !== view.getUint32(end)) throw damaged(`the checksum of its chunk ${type} is wrong`, start);
}

function cutOff(view: DataView): UnreadableFileError {
  return unreadable("image", `it is a PNG file that is cut off: it goes on after byte ${view.byteLength}`);
}

function unpackable(cause?: unknown): UnreadableFileError {
  return unreadable("image", "it is a PNG file that is damaged: its pixels cannot be unpacked", cause);
}

function damaged(how: string, offset: number): UnreadableFileError {
  return unreadable("image", `it is a PNG file that is damaged at byte ${offset}: ${how}`);
}
