import { crc32, deflateSync } from "node:zlib";
import { readFileSync } from "node:fs";
import { box } from "../preflight/support/boxes.ts";
import { join } from "./mp4_writer.ts";
import type { CorpusFile } from "./videos.ts";

const asset = (name: string) => new Uint8Array(readFileSync(new URL(`../assets/image/${name}`, import.meta.url)));
const bytesOf = (...values: (number | string)[]) =>
  join(...values.map((value) => typeof value === "number" ? Uint8Array.of(value) : latin1(value)));
const latin1 = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
const shortened = (bytes: Uint8Array<ArrayBuffer>, share: number) =>
  bytes.slice(0, Math.floor(bytes.byteLength * share));

const files: CorpusFile[] = [];
const add = (name: string, bytes: Uint8Array<ArrayBuffer>, reason?: string) => files.push({ name, bytes, reason });

// JPEG: all cases are made from one baseline and one progressive picture of 64 x 48.
const OK = asset("ok.jpg");
const PROGRESSIVE = asset("progressive.jpg");
const END = bytesOf(0xff, 0xd9);
const JUNK = bytesOf(..."twelve bytes".split(""));

/** A piece of a JPEG file: a marker with its segment, or with the coded data behind it. */
interface Piece {
  marker: number;
  bytes: Uint8Array<ArrayBuffer>;
}

function piecesOf(file: Uint8Array<ArrayBuffer>): Piece[] {
  const pieces: Piece[] = [];
  const view = new DataView(file.buffer, file.byteOffset);
  for (let offset = 0; offset < file.byteLength;) {
    const marker = file[offset + 1]!;
    let end = marker === 0xd8 || marker === 0xd9 ? offset + 2 : offset + 2 + view.getUint16(offset + 2);
    if (marker === 0xda) { while (end < file.byteLength && !(file[end] === 0xff && file[end + 1] !== 0)) end += 1; }
    pieces.push({ marker, bytes: file.slice(offset, end) });
    offset = end;
  }
  return pieces;
}

/** Writes the pieces of a file again, each as `change` has it. */
function changed(file: Uint8Array<ArrayBuffer>, change: (piece: Piece, index: number, all: Piece[]) => Uint8Array) {
  return join(...piecesOf(file).map(change));
}

const before = (marker: number, inserted: Uint8Array, file: Uint8Array<ArrayBuffer> = OK) =>
  changed(file, (piece, index, all) => {
    return all.findIndex((other) => other.marker === marker) === index ? join(inserted, piece.bytes) : piece.bytes;
  });
const without = (marker: number) => changed(OK, (piece) => piece.marker === marker ? new Uint8Array() : piece.bytes);
/** Changes bytes of the first segment with a marker, counted from the marker on. */
function patched(marker: number, patches: Record<number, number>, file: Uint8Array<ArrayBuffer> = OK) {
  return changed(file, (piece) => {
    if (piece.marker !== marker) return piece.bytes;
    const copy = piece.bytes.slice();
    for (const [offset, value] of Object.entries(patches)) copy[Number(offset)] = value;
    return copy;
  });
}
const noEnd = OK.slice(0, -2);
const SOF = 0xc0;
const DHT = 0xc4;
const DQT = 0xdb;
const SOS = 0xda;
const EOI = 0xd9;
const segment = (marker: number, content: Uint8Array) =>
  join(bytesOf(0xff, marker, (content.byteLength + 2) >> 8, (content.byteLength + 2) & 255), content);

const jpeg = (name: string, bytes: Uint8Array<ArrayBuffer>, reason?: string) => add(`jpeg: ${name}`, bytes, reason);
jpeg("baseline", OK);
jpeg("progressive", PROGRESSIVE);
jpeg("four colours", asset("cmyk.jpg"));
jpeg("junk before the tables", before(DQT, JUNK));
jpeg("junk before the frame", before(SOF, JUNK));
jpeg("junk before the scan", before(SOS, JUNK));
jpeg("junk with FF bytes", before(SOF, bytesOf(1, 0xff, 0, 2, 0xff, 0xff, 3)));
jpeg("junk before the end", before(EOI, JUNK));
jpeg("junk between scans", before(DHT, JUNK, join(PROGRESSIVE.slice(0, -2), END)));
jpeg("FF bytes before a marker", before(SOF, bytesOf(0xff, 0xff, 0xff)));
jpeg("a comment", before(SOF, segment(0xfe, latin1("shoes"))));
jpeg("a comment of the largest size", before(SOF, segment(0xfe, new Uint8Array(65_533))));
jpeg("an end within a segment", before(SOF, segment(0xe1, bytesOf(0xff, 0xd8, 0xff, 0xd9))));
jpeg("a thumbnail within a segment", before(SOF, segment(0xe1, join(latin1("Exif\0\0"), OK))));
jpeg("zero bytes behind its end", join(OK, new Uint8Array(500)));
jpeg("text behind its end", join(OK, latin1("SEFH and what else a phone puts there")));
jpeg("FF bytes behind its end", join(OK, bytesOf(0xff, 0xff)));
jpeg("a second picture behind its end (MPO)", join(before(DQT, segment(0xe2, latin1("MPF\0"))), OK));
jpeg("a film behind its end", join(OK, box("ftyp", "mp42", 0), box("mdat", 1, 2)));
jpeg("no end", noEnd);
jpeg("no end, and zero bytes behind", join(noEnd, new Uint8Array(500)));
jpeg("no end, and text behind", join(noEnd, latin1("SEFH and what else a phone puts there")));
jpeg("no end, and a second picture behind", join(noEnd, OK));
jpeg("no end, and FF bytes behind", join(noEnd, bytesOf(0xff, 0xff, 0xff)));
jpeg("no end, and half of it", noEnd.slice(0, -1));
jpeg("two bytes of its scan missing, and its end", join(noEnd.slice(0, -2), END));
jpeg("the last byte of its scan missing, and no end", noEnd.slice(0, -1));
for (const share of [0.1, 0.3, 0.5, 0.8, 0.95]) {
  jpeg(`cut after ${share * 100} %`, shortened(OK, share));
  jpeg(`progressive, cut after ${share * 100} %`, shortened(PROGRESSIVE, share));
}
jpeg("half of its scan, and its end", join(noEnd.slice(0, -10), END));
jpeg("half of its scan, and text behind", join(noEnd.slice(0, -10), latin1("SEFH and what else a phone puts there")));
jpeg("progressive, its first scan alone, and its end", firstScan(true));
jpeg("progressive, its first scan alone, and no end", firstScan(false));
jpeg("progressive, no end", PROGRESSIVE.slice(0, -2));
jpeg("no frame", without(SOF));
jpeg("no Huffman tables", without(DHT));
jpeg("no quantisation tables", without(DQT));
jpeg("no scan", without(SOS));
jpeg("no scan, and no end", without(SOS).slice(0, -2));
jpeg("a beginning and nothing else", bytesOf(0xff, 0xd8, 0xff, 0xd9));
jpeg("two beginnings", join(bytesOf(0xff, 0xd8), OK));
jpeg("two frames", before(SOS, piecesOf(OK).find(({ marker }) => marker === SOF)!.bytes));
jpeg("a segment of length 0", before(SOF, bytesOf(0xff, 0xe5, 0, 0)));
jpeg("a segment of length 1", before(SOF, bytesOf(0xff, 0xe5, 0, 1)));
jpeg("a segment that goes on for ever", before(SOF, bytesOf(0xff, 0xe5, 0xff, 0xff)));
jpeg("higher than its scan", patched(SOF, { 5: 1, 6: 0 }));
jpeg("less high than its scan", patched(SOF, { 6: 16 }));
jpeg("no height", patched(SOF, { 5: 0, 6: 0 }));
jpeg("no width", patched(SOF, { 7: 0, 8: 0 }));
jpeg("12 bits a colour", patched(SOF, { 4: 12 }));
jpeg("16 bits a colour", patched(SOF, { 4: 16 }));
jpeg("arithmetic coding", patched(SOF, { 1: 0xc9 }));
jpeg("lossless coding", patched(SOF, { 1: 0xc3 }));
jpeg("hierarchical coding", patched(SOF, { 1: 0xc5 }));
jpeg("extended coding", patched(SOF, { 1: 0xc1 }));
jpeg("no colours", patched(SOF, { 9: 0 }));
jpeg("a colour more than there are", patched(SOF, { 9: 4 }));
jpeg("a colour with no samples", patched(SOF, { 11: 0 }));
jpeg("a scan of a colour that is not there", patched(SOS, { 5: 9 }));
jpeg("a scan without colours", patched(SOS, { 4: 0 }));
jpeg("a broken byte in its scan", changed(OK, ({ marker, bytes }) => marker === SOS ? broken(bytes, -5) : bytes));
jpeg("a restart marker in its scan", join(noEnd.slice(0, -4), bytesOf(0xff, 0xd0), noEnd.slice(-4), END));
jpeg("an unknown marker", before(SOF, bytesOf(0xff, 0x02)));
jpeg("a reserved marker", before(SOF, segment(0xf0, latin1("what"))));

function broken(bytes: Uint8Array<ArrayBuffer>, at: number): Uint8Array {
  const copy = bytes.slice();
  copy[copy.byteLength + at]! ^= 0x55;
  return copy;
}

function firstScan(hasEnd: boolean): Uint8Array<ArrayBuffer> {
  const pieces = piecesOf(PROGRESSIVE);
  const first = pieces.findIndex(({ marker }) => marker === SOS);
  return join(...pieces.slice(0, first + 1).map(({ bytes }) => bytes), hasEnd ? END : new Uint8Array());
}

// PNG: written here, so that every kind is there.
const SIGNATURE = latin1("\x89PNG\r\n\x1a\n");

/** What a PNG file is made of. */
interface Png {
  width?: number;
  height?: number;
  depth?: number;
  colour?: number;
  compression?: number;
  filter?: number;
  interlace?: number;
  /** Chunks before and after the picture. */
  before?: Uint8Array[];
  after?: Uint8Array[];
  /** Changes the coded picture, the chunks that it stands in, and the whole. */
  coded?: (zlib: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>;
  idat?: (zlib: Uint8Array<ArrayBuffer>) => Uint8Array[];
  rows?: (rows: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>;
  end?: Uint8Array;
}

function uint32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

function chunk(type: string, content: Uint8Array = new Uint8Array(), options: { crc?: number; length?: number } = {}) {
  const body = join(latin1(type), content);
  return join(uint32(options.length ?? content.byteLength), body, uint32(options.crc ?? crc32(body)));
}

const IEND = chunk("IEND");
const CHANNELS: Record<number, number> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

function header(png: Png): Uint8Array {
  const { width = 8, height = 6, depth = 8, colour = 2, compression = 0, filter = 0, interlace = 0 } = png;
  return join(uint32(width), uint32(height), Uint8Array.of(depth, colour, compression, filter, interlace));
}

function coded({ width = 8, height = 6, depth = 8, colour = 2, rows = (all) => all }: Png): Uint8Array<ArrayBuffer> {
  const rowSize = 1 + Math.ceil(width * depth * (CHANNELS[colour] ?? 1) / 8);
  const all = new Uint8Array(rowSize * height);
  all.forEach((_, index) => all[index] = index % rowSize === 0 ? 0 : index * 7 % 3);
  return new Uint8Array(deflateSync(rows(all)));
}

function writePng(png: Png = {}): Uint8Array<ArrayBuffer> {
  const { before = [], after = [], end = IEND, idat = (zlib) => [chunk("IDAT", zlib)] } = png;
  const zlib = (png.coded ?? ((same) => same))(coded(png));
  return join(SIGNATURE, chunk("IHDR", header(png)), ...before, ...idat(zlib), ...after, end);
}

const png = (name: string, bytes: Uint8Array<ArrayBuffer>, reason?: string) => add(`png: ${name}`, bytes, reason);
const PALETTE = chunk("PLTE", Uint8Array.of(0, 0, 0, 255, 255, 255, 9, 9, 9));
png("of ImageMagick", asset("ok.png"));
png("8 bits a colour", writePng());
png("16 bits a colour", writePng({ depth: 16 }));
png("16 bits a colour, with transparency", writePng({ depth: 16, colour: 6 }));
png("8 bits a colour, with transparency", writePng({ colour: 6 }));
png("grey", writePng({ colour: 0 }));
png("grey with transparency", writePng({ colour: 4 }));
png("black and white", writePng({ colour: 0, depth: 1 }));
png("of a palette", writePng({ colour: 3, before: [PALETTE] }));
png("of a palette that is missing", writePng({ colour: 3 }));
png("of a palette, 2 bits", writePng({ colour: 3, depth: 2, before: [PALETTE] }));
png("interlaced", writePng({ width: 1, height: 1, interlace: 1 }));
png(
  "animated",
  writePng({
    before: [chunk("acTL", join(uint32(2), uint32(0))), chunk("fcTL", fcTL(0))],
    after: [chunk("fcTL", fcTL(1)), chunk("fdAT", join(uint32(2), coded({})))],
  }),
);
png("of an iPhone (CgBI)", join(SIGNATURE, chunk("CgBI", Uint8Array.of(0x50, 0, 0x20, 2)), writePng().slice(8)));
png("with text", writePng({ before: [chunk("tEXt", latin1("Title\0shoes"))] }));
png("with a colour profile that is none", writePng({ before: [chunk("iCCP", latin1("what\0\0nothing"))] }));
png("with what nobody knows", writePng({ before: [chunk("shOe", latin1("what"))] }));
png("with what nobody knows, but would have to", writePng({ before: [chunk("SHOE", latin1("what"))] }));
png(
  "data in two chunks",
  writePng({ idat: (zlib) => [chunk("IDAT", zlib.slice(0, 9)), chunk("IDAT", zlib.slice(9))] }),
);
png(
  "data in chunks of one byte",
  writePng({ idat: (zlib) => [...zlib].map((byte) => chunk("IDAT", Uint8Array.of(byte))) }),
);
png("an empty chunk of data before the other", writePng({ idat: (zlib) => [chunk("IDAT"), chunk("IDAT", zlib)] }));
png(
  "data with text between",
  writePng({
    idat: (zlib) => [chunk("IDAT", zlib.slice(0, 9)), chunk("tEXt", latin1("a\0b")), chunk("IDAT", zlib.slice(9))],
  }),
);
png("no data", writePng({ idat: () => [] }));
png("an empty chunk of data alone", writePng({ idat: () => [chunk("IDAT")] }));
png("zero bytes behind its end", join(writePng(), new Uint8Array(500)));
png("text behind its end", join(writePng(), latin1("and what else somebody puts there")));
png("a second picture behind its end", join(writePng(), writePng()));
png("no end", writePng({ end: new Uint8Array() }));
png("no end, and zero bytes behind", writePng({ end: new Uint8Array(500) }));
png("no end, and text behind", writePng({ end: latin1("and what else somebody puts there") }));
png("an end without its checksum", writePng({ end: IEND.slice(0, 8) }));
png("an end with a wrong checksum", writePng({ end: chunk("IEND", undefined, { crc: 1 }) }));
png("an end with content", writePng({ end: chunk("IEND", latin1("what")) }));
for (const share of [0.1, 0.3, 0.5, 0.8, 0.95]) png(`cut after ${share * 100} %`, shortened(asset("ok.png"), share));
png("a wrong checksum of the header", join(SIGNATURE, chunk("IHDR", header({}), { crc: 1 }), writePng().slice(33)));
png("a wrong checksum of the data", writePng({ idat: (zlib) => [chunk("IDAT", zlib, { crc: 1 })] }));
png("a wrong checksum of the text", writePng({ before: [chunk("tEXt", latin1("a\0b"), { crc: 1 })] }));
png("a row missing", writePng({ rows: (rows) => rows.slice(0, -25) }));
png("a byte missing", writePng({ rows: (rows) => rows.slice(0, -1) }));
png("a row more", writePng({ rows: (rows) => join(rows, rows.slice(0, 25)) }));
png("coded data cut off", writePng({ coded: (zlib) => zlib.slice(0, -8) }));
png("coded data without its checksum", writePng({ coded: (zlib) => zlib.slice(0, -4) }));
png("coded data with a wrong checksum", writePng({ coded: (zlib) => broken(zlib, -1) as Uint8Array<ArrayBuffer> }));
png(
  "coded data with junk behind",
  writePng({ coded: (zlib) => join(zlib, JUNK) }),
  "the web's own unpacker takes nothing behind the end",
);
png("coded data that is none", writePng({ coded: () => JUNK }));
png(
  "a filter that is none",
  writePng({ rows: (rows) => rows.map((byte, index) => index === 25 ? 9 : byte) }),
  "rows are counted, and not decoded",
);
png("no width", join(SIGNATURE, chunk("IHDR", header({ width: 0 })), writePng().slice(33)));
png("no height", join(SIGNATURE, chunk("IHDR", header({ height: 0 })), writePng().slice(33)));
png("a width of billions", join(SIGNATURE, chunk("IHDR", header({ width: 0x7fff_ffff })), writePng().slice(33)));
png("a negative width", join(SIGNATURE, chunk("IHDR", header({ width: 0x8000_0001 })), writePng().slice(33)));
png("3 bits a colour", writePng({ depth: 3 }));
png("4 bits of each of three colours", writePng({ depth: 4 }));
png("a kind of colours that is none", writePng({ colour: 5 }));
png("a compression that is none", writePng({ compression: 1 }));
png("a filter method that is none", writePng({ filter: 1 }));
png("an interlacing that is none", writePng({ interlace: 2 }));
png("a header of 12 bytes", join(SIGNATURE, chunk("IHDR", header({}).slice(0, 12)), writePng().slice(33)));
png("a header of 14 bytes", join(SIGNATURE, chunk("IHDR", join(header({}), bytesOf(0))), writePng().slice(33)));
png("text before the header", join(SIGNATURE, chunk("tEXt", latin1("a\0b")), writePng().slice(8)));
png("two headers", writePng({ before: [chunk("IHDR", header({}))] }));
png("junk between its chunks", writePng({ before: [JUNK] }));
png("a chunk that goes on for ever", writePng({ before: [chunk("tEXt", latin1("a\0b"), { length: 0x7fff_ffff })] }));
png("line ends turned to those of Unix", join(latin1("\x89PNG\n\x1a\n"), writePng().slice(8)));

function fcTL(sequence: number): Uint8Array {
  return join(...[sequence, 8, 6, 0, 0].map(uint32), Uint8Array.of(0, 1, 0, 1, 0, 0));
}

// What is named, and refused.
add("other: gif", asset("ok.gif"), "Shopee takes no GIF");
add("other: webp", asset("lossy.webp"), "Shopee takes no WebP");
add("other: text", latin1("not quite a picture"));

/** Every picture of the corpus. */
export const pictures: readonly CorpusFile[] = files;
