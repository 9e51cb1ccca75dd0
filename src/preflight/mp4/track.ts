import { type Box, type Bytes, childBoxes, contentOf, damaged, findBoxes, int64, uint64 } from "./boxes.ts";
import { addSampleTable, createTimeline, SAMPLE_TABLE, type Timeline } from "./samples.ts";

/** What a track says of itself. */
export interface Track {
  id: number;
  /** Whether it is played. */
  isEnabled: boolean;
  /** Whether its pictures are turned by a quarter, to the left or to the right. */
  isTurned: boolean;
  kind: "video" | "sound";
  /** Such as `avc` or `aac`; the file's own name for what is not known here. */
  codec: string;
  /** Stored pixels; 0 of a sound track. */
  width: number;
  height: number;
  /** Ticks in a second. */
  timescale: number;
  /** What is shown of its samples, one after the other; empty when all of them are. */
  edits: Edit[];
  /** The tracks with its chapters. */
  chapterTracks: number[];
  timeline: Timeline;
}

/** A stretch of what is shown. */
export interface Edit {
  /** How long it is, in ticks of the movie. */
  duration: number;
  /** The tick of the track with which it begins; -1 shows nothing for so long. */
  mediaTime: number;
}

/** What a codec is called elsewhere, by the name of a sample entry. */
const CODECS: Readonly<Record<string, string>> = {
  ...{ avc1: "avc", avc2: "avc", avc3: "avc", avc4: "avc" },
  ...{ hvc1: "hevc", hev1: "hevc", hvc2: "hevc", hev2: "hevc", dvh1: "hevc", dvhe: "hevc" },
  ...{ vp08: "vp8", vp09: "vp9", av01: "av1" },
  ...{ jpeg: "jpeg", mjpa: "jpeg", mjpb: "jpeg", "png ": "png" },
  ...{ mp4a: "aac", ".mp3": "mp3", Opus: "opus", fLaC: "flac", "ac-3": "ac3", "ec-3": "eac3" },
};
/** The same, by the number that an `esds` box names the coding with. */
const CODING_NUMBERS: Readonly<Record<number, string>> = {
  ...{ 0x40: "aac", 0x66: "aac", 0x67: "aac", 0x68: "aac", 0x69: "mp3", 0x6b: "mp3", 0xdd: "vorbis" },
  ...{ 0x6c: "jpeg", 0x6d: "png" },
};
/** An editor makes a few dozen. */
const MAX_EDITS = 10_000;
/** Bytes from the start of a sample entry to the boxes in it; of sound by version, of which QuickTime has more. */
const VIDEO_ENTRY_FIELDS = 86;
const SOUND_ENTRY_FIELDS: readonly number[] = [36, 52, 72];

/**
 * Reads a track (`trak`) with its table of samples.
 *
 * @returns The track; `undefined` when it holds neither pictures nor sound, but text, time codes or the like.
 * @throws {InvalidInputError} It is damaged.
 */
export function readTrack(bytes: Bytes, trak: Box): Track | undefined {
  const { view } = bytes;
  const { tkhd, edts, mdia, tref } = findBoxes(bytes, trak, ["tkhd", "edts", "mdia", "tref"]);
  const { mdhd, hdlr, minf } = mdia === undefined ? {} : findBoxes(bytes, mdia, ["mdhd", "hdlr", "minf"]);
  const kind = hdlr && readKind(view, hdlr);
  if (tkhd === undefined || kind === undefined) return undefined;

  const { stbl } = minf === undefined ? {} : findBoxes(bytes, minf, ["stbl"]);
  const { stsd, ...table } = stbl === undefined ? {} : findBoxes(bytes, stbl, ["stsd", ...SAMPLE_TABLE]);
  if (mdhd === undefined || stsd === undefined) throw damaged(`a track with ${kind} lacks a box`);

  const timescale = readTimescale(view, mdhd);
  if (timescale === 0) throw damaged(`a track with ${kind} has 0 ticks in a second`);
  const { elst } = edts === undefined ? {} : findBoxes(bytes, edts, ["elst"]);
  const { chap } = tref === undefined ? {} : findBoxes(bytes, tref, ["chap"]);
  const timeline = createTimeline();
  addSampleTable(bytes, table, timeline);
  return {
    ...readHeader(view, tkhd),
    kind,
    ...readDescription(bytes, stsd, kind),
    timescale,
    edits: elst === undefined ? [] : readEdits(view, elst),
    chapterTracks: chap === undefined ? [] : readNumbers(view, chap),
    timeline,
  };
}

/** Reads how many ticks a second has, in a header of a track (`mdhd`) or of the whole film (`mvhd`). */
export function readTimescale(view: DataView, box: Box): number {
  const isLong = view.getUint8(contentOf(box, 4)) === 1;
  return view.getUint32(contentOf(box, isLong ? 24 : 16) + (isLong ? 20 : 12));
}

/** Whether a matrix turns pictures by a quarter: it makes columns of rows. */
export function isQuarterTurn(view: DataView, matrix: number): boolean {
  return Math.abs(view.getInt32(matrix + 4)) > Math.abs(view.getInt32(matrix));
}

function readKind(view: DataView, hdlr: Box): Track["kind"] | undefined {
  const handler = fourLetters(view, contentOf(hdlr, 12) + 8);
  if (handler === "vide") return "video";
  return handler === "soun" ? "sound" : undefined;
}

function readHeader(view: DataView, tkhd: Box): Pick<Track, "id" | "isEnabled" | "isTurned"> {
  const isLong = view.getUint8(contentOf(tkhd, 4)) === 1;
  const content = contentOf(tkhd, isLong ? 96 : 84);
  return {
    id: view.getUint32(content + (isLong ? 20 : 12)),
    isEnabled: (view.getUint32(content) & 1) !== 0,
    isTurned: isQuarterTurn(view, content + (isLong ? 52 : 40)),
  };
}

/** Reads the first description of the samples, which is the only one in all but a few files. */
function readDescription(
  bytes: Bytes,
  stsd: Box,
  kind: Track["kind"],
): Pick<Track, "codec" | "width" | "height"> {
  const { view } = bytes;
  const entries = contentOf(stsd, 16) + 8;
  const type = fourLetters(view, entries + 4);
  const entry = {
    type,
    start: entries,
    content: entries + 8,
    end: Math.min(entries + view.getUint32(entries), stsd.end),
  };
  const named = CODECS[type] ?? type;
  if (kind === "video") {
    contentOf(entry, 28);
    const coding = type === "mp4v" ? readCoding(bytes, entry, entry.start + VIDEO_ENTRY_FIELDS) : undefined;
    return {
      codec: coding ?? named,
      width: view.getUint16(entry.start + 32),
      height: view.getUint16(entry.start + 34),
    };
  }

  const version = entry.start + 18 <= entry.end ? view.getUint16(entry.start + 16) : 0;
  const coding = type === "mp4a"
    ? readCoding(bytes, entry, entry.start + (SOUND_ENTRY_FIELDS[version] ?? SOUND_ENTRY_FIELDS[0]!))
    : undefined;
  return { codec: coding ?? named, width: 0, height: 0 };
}

/** Finds out what a sample entry with the name of a whole family (`mp4a`, `mp4v`) holds; QuickTime wraps it in a `wave`. */
function readCoding(bytes: Bytes, entry: Box, from: number): string | undefined {
  for (const box of childBoxes(bytes, entry, ["esds", "wave"], from)) {
    const esds = box.type === "esds" ? box : findBoxes(bytes, box, ["esds"]).esds;
    if (esds !== undefined) return CODING_NUMBERS[readCodingNumber(bytes.view, esds)];
  }
  return undefined;
}

/** Follows the descriptors of an `esds` box to the number of the coding; 0 where they lead nowhere. */
function readCodingNumber(view: DataView, esds: Box): number {
  const byteAt = (offset: number) => offset < esds.end ? view.getUint8(offset) : 0;
  /** A length is written seven bits a byte, of which the highest says that another follows. */
  const afterLength = (offset: number) => {
    let end = offset;
    while (end < offset + 3 && byteAt(end) >= 0x80) end += 1;
    return end + 1;
  };
  let offset = esds.content + 4;
  if (byteAt(offset) !== 0x03) return 0;
  offset = afterLength(offset + 1);
  const flags = byteAt(offset + 2);
  offset += 3 + (flags & 0x80 ? 2 : 0) + (flags & 0x40 ? 1 + byteAt(offset + 3) : 0) + (flags & 0x20 ? 2 : 0);
  return byteAt(offset) === 0x04 ? byteAt(afterLength(offset + 1)) : 0;
}

/** Reads an edit list. One that claims more rows than it has ends where it does. */
function readEdits(view: DataView, elst: Box): Edit[] {
  const content = contentOf(elst, 8);
  const isLong = view.getUint8(content) === 1;
  const rowSize = isLong ? 20 : 12;
  const length = Math.min(view.getUint32(content + 4), Math.floor((elst.end - content - 8) / rowSize), MAX_EDITS);
  return Array.from({ length }, (_, row) => {
    const offset = content + 8 + row * rowSize;
    return isLong
      ? { duration: uint64(view, offset), mediaTime: int64(view, offset + 8) }
      : { duration: view.getUint32(offset), mediaTime: view.getInt32(offset + 4) };
  });
}

/** Reads a box of nothing but numbers. There are as many of them as tracks at most. */
function readNumbers(view: DataView, box: Box): number[] {
  const length = Math.min(Math.floor((box.end - box.content) / 4), 64);
  return Array.from({ length }, (_, index) => view.getUint32(box.content + index * 4));
}

function fourLetters(view: DataView, offset: number): string {
  return String.fromCharCode(...[0, 1, 2, 3].map((index) => view.getUint8(offset + index)));
}
