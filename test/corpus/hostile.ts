import { crc32, deflateSync } from "node:zlib";
import { box, FTYP, movie, track } from "../preflight/support/boxes.ts";
import { join } from "./mp4_writer.ts";

/** A file made to take time and memory. */
export interface HostileFile {
  name: string;
  bytes: Uint8Array<ArrayBuffer>;
}

/** Bytes that none of them has more of. */
export const MAX_SIZE: number = 2 ** 20;

const BILLIONS = 0xffff_ffff;
const TIMES = box("stts", 0, 1, 12, 1000);
const SIZES = box("stsz", 0, 1, 12);
const CHUNKS = box("stsc", 0, 1, 1, 12, 1);
const OFFSETS = box("stco", 0, 1, 8);
const GOOD = [TIMES, SIZES, CHUNKS, OFFSETS];
const EXTENDS = box("mvex", box("trex", 0, 1, 1, 1, 1, 0));

/** As many of the same bytes as fit beside `taken` others. */
function fill(bytes: Uint8Array, taken: number): Uint8Array<ArrayBuffer> {
  const count = Math.floor((MAX_SIZE - taken) / bytes.byteLength);
  const filled = new Uint8Array(count * bytes.byteLength);
  for (let index = 0; index < count; index++) filled.set(bytes, index * bytes.byteLength);
  return filled;
}

/** As many rows of numbers as fit into a table, with their count before them. */
function rows(type: string, row: number[], head: number[] = [0]): Uint8Array<ArrayBuffer> {
  const filled = fill(box("skip", ...row).subarray(8), 4096);
  return box(type, ...head, filled.byteLength / (row.length * 4), filled);
}

const film = (...tables: Uint8Array[]) => join(FTYP, movie(track(tables)));
const fragment = (...boxes: Uint8Array[]) => join(FTYP, movie(track(GOOD), EXTENDS), box("moof", ...boxes));
const tooMany = (bytes: Uint8Array) => join(FTYP, movie(track(GOOD)), fill(bytes, 4096));

/** Videos that claim more than they hold, or hold more than anybody needs. */
export const hostileVideos: readonly HostileFile[] = [
  { name: "tiny boxes", bytes: tooMany(box("free")) },
  { name: "boxes of 300 bytes", bytes: tooMany(box("free", new Uint8Array(292))) },
  { name: "boxes of 4 KiB", bytes: tooMany(box("free", new Uint8Array(4088))) },
  { name: "boxes of 4 KiB and a little", bytes: tooMany(box("free", new Uint8Array(4400))) },
  { name: "tiny boxes in the index", bytes: join(FTYP, movie(track(GOOD), fill(box("free"), 4096))) },
  { name: "tiny boxes in a track", bytes: join(FTYP, movie(track([...GOOD, fill(box("free"), 4096)]))) },
  {
    name: "tiny boxes in a description",
    bytes: join(FTYP, movie(track(GOOD, { isSound: true, description: [fill(box("free"), 4096)] }))),
  },
  {
    name: "tracks",
    bytes: join(FTYP, movie(...Array.from({ length: 64 }, () => track([...GOOD, new Uint8Array(15_000)])))),
  },
  { name: "headers", bytes: join(fill(FTYP, 4096), movie(track(GOOD))) },
  { name: "empty fragments", bytes: tooMany(box("moof")) },
  {
    name: "fragments with nothing in them",
    bytes: join(FTYP, movie(track(GOOD), EXTENDS), fill(box("moof", box("traf", box("tfhd", 0, 1))), 4096)),
  },
  { name: "runs without frames", bytes: fragment(box("traf", box("tfhd", 0, 1), fill(box("trun", 0, 0), 4096))) },
  { name: "tracks in a fragment", bytes: fragment(fill(box("traf", box("tfhd", 0, 1), box("trun", 0, 1)), 4096)) },
  { name: "frames in a run", bytes: fragment(box("traf", box("tfhd", 0, 1), rows("trun", [1], [0x100]))) },
  { name: "billions of frames in a run", bytes: fragment(box("traf", box("tfhd", 0, 1), box("trun", 0, BILLIONS))) },
  { name: "rows of times", bytes: film(rows("stts", [0, 1]), SIZES, CHUNKS, OFFSETS) },
  {
    name: "rows of times, for a frame each",
    bytes: film(rows("stts", [1, 1]), box("stsz", 0, 1, 130_000), box("stsc", 0, 1, 1, 130_000, 1), OFFSETS),
  },
  { name: "rows of shifts", bytes: film(TIMES, rows("ctts", [0, 1]), SIZES, CHUNKS, OFFSETS) },
  { name: "rows of sizes", bytes: film(TIMES, rows("stsz", [0], [0, 0]), box("stsc", 0, 1, 1, BILLIONS, 1), OFFSETS) },
  {
    name: "sizes of four bits",
    bytes: film(
      TIMES,
      box("stz2", 0, 4, 2_080_000, new Uint8Array(1_040_000)),
      box("stsc", 0, 1, 1, BILLIONS, 1),
      OFFSETS,
    ),
  },
  { name: "rows of chunks", bytes: film(TIMES, SIZES, rows("stsc", [1, 0, 1]), OFFSETS) },
  { name: "rows of places", bytes: film(TIMES, SIZES, box("stsc", 0, 1, 1, 0, 1), rows("stco", [8])) },
  {
    name: "rows of edits",
    bytes: join(FTYP, movie(box("trak", box("edts", rows("elst", [1, 0, 0x10000]))), track(GOOD))),
  },
  {
    name: "billions of everything",
    bytes: film(
      box("stts", 0, 1, BILLIONS, 1),
      box("ctts", 0, 1, BILLIONS, 0),
      box("stsz", 0, 0, BILLIONS),
      box("stsc", 0, 1, 1, BILLIONS, 1),
      box("stco", 0, BILLIONS),
    ),
  },
  {
    name: "a billion empty frames",
    bytes: film(
      box("stts", 0, 1, BILLIONS, 1),
      box("ctts", 0, 1, BILLIONS, 0),
      box("stsz", 0, 1, BILLIONS),
      box("stsc", 0, 1, 1, BILLIONS, 1),
      OFFSETS,
    ),
  },
  { name: "an index of the whole file", bytes: join(FTYP, box("moov", fill(Uint8Array.of(0), 4096))) },
];

const jpegHead = Uint8Array.from([0xff, 0xd8]);
const dqt = Uint8Array.from([0xff, 0xdb, 0, 67, ...new Uint8Array(65)]);
const sof = Uint8Array.from([0xff, 0xc0, 0, 11, 8, 0xff, 0xff, 0xff, 0xff, 1, 1, 0x11, 0]);
const sos = Uint8Array.from([0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0]);
/** Tables of which the code 0 stands for 0, so that every two bits of zeros are a block. */
const dht = [0x00, 0x10].map((number) => Uint8Array.from([0xff, 0xc4, 0, 20, number, 1, ...new Uint8Array(15), 0]));
const shortCodes = Uint8Array.from([0xff, 0xc4, 0, 20, 0x10, 1, ...new Uint8Array(15), 1]);
const sofOf = (side: number) => {
  const frame = sof.slice();
  for (const at of [5, 7]) new DataView(frame.buffer).setUint16(at, side);
  return frame;
};
const noise = Uint8Array.from({ length: 4096 }, (_, index) => (index * 2_654_435_761 >>> 13) % 255);
const manyTables = Uint8Array.from([0xff, 0xc4, 0, 20, 0, 1, ...new Uint8Array(15), 0]);

const PNG = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]);

function chunk(type: string, content: Uint8Array): Uint8Array<ArrayBuffer> {
  const framed = box(type, content);
  const view = new DataView(framed.buffer);
  view.setUint32(0, content.byteLength);
  const sum = new Uint8Array(4);
  new DataView(sum.buffer).setUint32(0, crc32(framed.subarray(4)));
  return join(framed, sum);
}

function header(width: number, height: number): Uint8Array {
  return chunk("IHDR", box("skip", width, height, Uint8Array.of(8, 2, 0, 0, 0)).subarray(8));
}

/** Pictures of the same kind. */
export const hostilePictures: readonly HostileFile[] = [
  { name: "jpeg: junk", bytes: join(jpegHead, Uint8Array.of(0xff, 0xe0, 0, 2), fill(noise, 4096)) },
  { name: "jpeg: FF bytes", bytes: join(jpegHead, fill(Uint8Array.of(0xff), 4096)) },
  { name: "jpeg: tables", bytes: join(jpegHead, fill(manyTables, 4096), dqt, sof, sos) },
  { name: "jpeg: quantisations", bytes: join(jpegHead, fill(dqt, 4096), sof, sos) },
  { name: "jpeg: segments", bytes: join(jpegHead, fill(Uint8Array.of(0xff, 0xe0, 0, 2), 4096), dqt, sof, sos) },
  {
    name: "jpeg: the largest picture, of zeros and without an end",
    bytes: join(jpegHead, dqt, sof, ...dht, sos, fill(Uint8Array.of(0), 4096)),
  },
  {
    name: "jpeg: two bits for each block, without an end",
    bytes: join(jpegHead, dqt, sofOf(7992), ...dht, sos, fill(Uint8Array.of(0), 4096)),
  },
  {
    name: "jpeg: two bits for each number of a block, without an end",
    bytes: join(jpegHead, dqt, sofOf(2000), dht[0]!, shortCodes, sos, fill(Uint8Array.of(0), 4096)),
  },
  {
    name: "jpeg: the largest picture, of noise and without an end",
    bytes: join(jpegHead, dqt, sof, ...dht, sos, fill(noise, 4096)),
  },
  {
    name: "jpeg: the largest picture, of restarts and without an end",
    bytes: join(
      jpegHead,
      dqt,
      sof,
      ...dht,
      Uint8Array.of(0xff, 0xdd, 0, 4, 0, 1),
      sos,
      fill(Uint8Array.of(0, 0, 0xff, 0xd0), 4096),
    ),
  },
  {
    name: "png: a bomb",
    bytes: join(
      PNG,
      header(30_000, 30_000),
      chunk("IDAT", new Uint8Array(deflateSync(new Uint8Array(5e8), { level: 9 }))),
    ),
  },
  {
    name: "png: tiny pieces of data",
    bytes: join(PNG, header(30_000, 30_000), fill(chunk("IDAT", Uint8Array.of(0)), 4096)),
  },
  {
    name: "png: empty pieces of data",
    bytes: join(PNG, header(30_000, 30_000), fill(chunk("IDAT", new Uint8Array()), 4096)),
  },
  { name: "png: empty texts", bytes: join(PNG, header(8, 8), fill(chunk("tEXt", new Uint8Array()), 4096)) },
  { name: "png: palettes", bytes: join(PNG, header(8, 8), fill(chunk("PLTE", new Uint8Array(3)), 4096)) },
  {
    name: "png: noise",
    bytes: join(PNG, header(600, 579), chunk("IDAT", new Uint8Array(deflateSync(fill(noise, 4096), { level: 0 })))),
  },
];
