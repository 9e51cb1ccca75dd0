import { box } from "../preflight/support/boxes.ts";

/** A sample: which piece of the media it is, and when it is shown. */
export interface Sample {
  /** Ticks until the next one is decoded. */
  delta: number;
  /** Ticks from being decoded to being shown. */
  shift: number;
}

/** A track of a film. */
export interface TrackPlan {
  id: number;
  handler: string;
  /** Its sample entry. */
  entry: Uint8Array;
  timescale: number;
  samples: Sample[];
  /** The pieces of media that its samples are, one after the other and again from the first. */
  pieces: Uint8Array[];
  /** Rows of an edit list: length in ticks of the movie, time in ticks of the track. */
  edits?: [length: number, time: number][];
  /** In place of the edit list that `edits` would make. */
  elst?: Uint8Array;
  /** Bits of the header. @default 3, which plays it */
  flags?: number;
  /** First four numbers of the matrix. @default not turned */
  matrix?: [number, number, number, number];
  /** Version of the headers: 1 has fields of 64 bits. @default 0 */
  version?: 0 | 1;
  /** What the headers say instead of the truth. */
  told?: { duration?: number; width?: number; height?: number };
  /** Makes other boxes in place of those of the sample table; `undefined` leaves one out. */
  tables?: (tables: Tables) => Record<string, Uint8Array | undefined>;
  /** Samples that are described in the index; the rest is in fragments. @default all */
  indexed?: number;
  /** Samples in a chunk. @default 1 */
  perChunk?: number;
  /** More boxes in the track. */
  extra?: Uint8Array[];
}

/** What the tables of a track are made of. */
export interface Tables {
  /** Samples in them. */
  count: number;
  deltas: [count: number, delta: number][];
  shifts: [count: number, shift: number][];
  sizes: number[];
  /** Where each chunk begins in the file. */
  offsets: number[];
  perChunk: number;
}

/** A film. */
export interface Film {
  tracks: TrackPlan[];
  /** Ticks of a second in its headers. @default 1000 */
  timescale?: number;
  /** First four numbers of the movie's matrix. */
  matrix?: [number, number, number, number];
  /** Version of the movie's header. @default 0 */
  version?: 0 | 1;
  told?: { duration?: number };
  /** The header. `undefined` leaves it out. */
  ftyp?: Uint8Array | undefined;
  /** Whether the index stands before the media. @default false */
  indexFirst?: boolean;
  /** Boxes before all others. */
  before?: Uint8Array[];
  /** Boxes in the index, before and after the tracks. */
  inIndex?: Uint8Array[];
  afterTracks?: Uint8Array[];
  /** What follows at the end. */
  after?: Uint8Array[];
  /** How the sizes of media and index are written. @default "32" */
  mdatSize?: "32" | "64" | "rest";
  moovSize?: "32" | "64" | "rest";
  /** How the samples that are not in the index are described. */
  fragments?: FragmentPlan;
  /** Whether the index says that there are fragments. @default if there are */
  extends?: boolean;
}

/** How fragments are written. */
export interface FragmentPlan {
  /** Samples in each. */
  samples: number;
  base?: "moof" | "offset" | "none";
  /** Where duration and size of samples stand. @default "run" */
  values?: "run" | "header" | "defaults";
  decodeTime?: "32" | "64" | "none";
  /** Ticks that are added to the times of decoding. */
  later?: number;
  /** Runs in each. @default 1 */
  runs?: number;
  /** Which of them tell their place. @default "all" */
  placed?: "all" | "first";
  /** Makes what stands before each. */
  between?: Uint8Array[];
  /** Whether the boxes come before the index. */
  beforeIndex?: boolean;
  /** More boxes in each, before the tracks. */
  inFragment?: Uint8Array[];
}

/** A header of the usual kind. */
export const FTYP_ISOM: Uint8Array<ArrayBuffer> = box("ftyp", "isom", 512, "isomiso2avc1mp41");

/** Joins bytes. */
export function join(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(parts.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.byteLength;
  }
  return joined;
}

/** Writes a film as an MP4 file. */
export function writeMp4(film: Film): Uint8Array<ArrayBuffer> {
  const head = join(...film.before ?? [], ..."ftyp" in film ? (film.ftyp ? [film.ftyp] : []) : [FTYP_ISOM]);
  const media = sized("mdat", join(...film.tracks.flatMap(({ pieces }) => pieces)), film.mdatSize);
  const after = join(...film.after ?? []);
  if (film.indexFirst ?? film.fragments !== undefined) {
    // The index is as long wherever the media is.
    const index = writeIndex(film, 0).byteLength;
    const moov = writeIndex(film, head.byteLength + index + (media.byteLength - mediaSize(film)));
    const fragments = film.fragments === undefined
      ? new Uint8Array()
      : writeFragments(film, film.fragments, head.byteLength + index + media.byteLength);
    return film.fragments?.beforeIndex
      ? join(head, fragments, moov, media, after)
      : join(head, moov, media, fragments, after);
  }
  return join(head, media, writeIndex(film, head.byteLength + media.byteLength - mediaSize(film)), after);
}

function mediaSize({ tracks }: Film): number {
  return tracks.reduce((sum, { pieces }) => sum + pieces.reduce((size, piece) => size + piece.byteLength, 0), 0);
}

function sized(type: string, content: Uint8Array, size: "32" | "64" | "rest" = "32"): Uint8Array<ArrayBuffer> {
  if (size === "64") return join(words(1), latin1(type), words(0, content.byteLength + 16), content);
  const written = box(type, content);
  if (size === "rest") new DataView(written.buffer).setUint32(0, 0);
  return written;
}

function writeIndex(film: Film, mediaAt: number): Uint8Array<ArrayBuffer> {
  const timescale = film.timescale ?? 1000;
  const duration = film.told?.duration ?? Math.max(...film.tracks.map((track) => lengthOf(track, timescale)));
  const matrix = matrixOf(film.matrix);
  const version = film.version ?? 0;
  const mvhd = version === 0
    ? box("mvhd", 0, 0, 0, timescale, duration, 0x10000, 0x1000000, 0, 0, ...matrix, ...Array(6).fill(0), 9)
    : box(
      "mvhd",
      1 << 24,
      0,
      0,
      0,
      0,
      timescale,
      0,
      duration,
      0x10000,
      0x1000000,
      0,
      0,
      ...matrix,
      ...Array(6).fill(0),
      9,
    );
  const parts: Uint8Array[] = [mvhd, ...film.inIndex ?? []];
  let at = mediaAt;
  for (const track of film.tracks) {
    parts.push(writeTrack(track, { at, timescale }));
    at += track.pieces.reduce((sum, piece) => sum + piece.byteLength, 0);
  }
  if (film.extends ?? film.fragments !== undefined) {
    const isDefault = film.fragments?.values === "defaults";
    parts.push(box(
      "mvex",
      ...film.tracks.map(({ id, samples, pieces }) => {
        return box("trex", 0, id, 1, isDefault ? samples[0]!.delta : 0, isDefault ? pieces[0]!.byteLength : 0, 0);
      }),
    ));
  }
  return sized("moov", join(...parts, ...film.afterTracks ?? []), film.moovSize);
}

function lengthOf({ samples, timescale }: TrackPlan, wanted: number): number {
  return Math.round(samples.reduce((sum, { delta }) => sum + delta, 0) * wanted / timescale);
}

function matrixOf([a, b, c, d]: [number, number, number, number] = [1, 0, 0, 1]): number[] {
  return [a, b, 0, c, d, 0, 0, 0].map((value) => Math.round(value * 0x10000)).concat(0x40000000);
}

function writeTrack(track: TrackPlan, options: { at: number; timescale: number }): Uint8Array {
  const { id, handler, entry, timescale, flags = 3, told = {}, extra = [], version = 0 } = track;
  const entryView = new DataView(entry.buffer, entry.byteOffset);
  const isVideo = handler === "vide";
  const width = told.width ?? (isVideo ? entryView.getUint16(32) : 0);
  const height = told.height ?? (isVideo ? entryView.getUint16(34) : 0);
  const long = (value: number) => version === 0 ? [value] : [0, value];
  const shown = told.duration ?? lengthOf(track, options.timescale);
  const tkhd = box(
    "tkhd",
    version << 24 | flags,
    ...long(0),
    ...long(0),
    id,
    0,
    ...long(shown),
    0,
    0,
    0,
    isVideo ? 0 : 0x1000000,
    ...matrixOf(track.matrix),
    width << 16,
    height << 16,
  );
  const length = told.duration === undefined
    ? lengthOf(track, timescale)
    : Math.round(told.duration * timescale / options.timescale);
  const mdhd = box("mdhd", version << 24, ...long(0), ...long(0), timescale, ...long(length), 0x55c40000);
  const tables = writeTables(track, options.at);
  return box(
    "trak",
    tkhd,
    ...writeEdits(track),
    box(
      "mdia",
      mdhd,
      box("hdlr", 0, 0, handler, 0, 0, 0, "\0"),
      box(
        "minf",
        isVideo ? box("vmhd", 1, 0, 0) : handler === "soun" ? box("smhd", 0, 0) : box("nmhd", 0),
        box("dinf", box("dref", 0, 1, box("url ", 1))),
        box("stbl", box("stsd", 0, 1, entry), ...tables),
      ),
    ),
    ...extra,
  );
}

function writeEdits({ edits, elst }: TrackPlan): Uint8Array[] {
  if (elst !== undefined) return [box("edts", elst)];
  if (edits === undefined) return [];
  return [box("edts", box("elst", 0, edits.length, ...edits.flatMap(([length, time]) => [length, time, 0x10000])))];
}

function writeTables(track: TrackPlan, at: number): Uint8Array[] {
  const { samples, pieces, perChunk = 1 } = track;
  const count = track.indexed ?? samples.length;
  const indexed = samples.slice(0, count);
  const starts = startsOf(pieces, at);
  const tables: Tables = {
    count,
    deltas: runsOf(indexed.map(({ delta }) => delta)),
    shifts: runsOf(indexed.map(({ shift }) => shift)),
    sizes: indexed.map((_, index) => pieces[index % pieces.length]!.byteLength),
    offsets: indexed.flatMap((_, index) => index % perChunk === 0 ? [starts[index % pieces.length]!] : []),
    perChunk,
  };
  const boxes: Record<string, Uint8Array | undefined> = {
    stts: box("stts", 0, tables.deltas.length, ...tables.deltas.flat()),
    ctts: tables.shifts.every(([, shift]) => shift === 0)
      ? undefined
      : box("ctts", 0, tables.shifts.length, ...tables.shifts.flat()),
    stsc: count === 0 ? box("stsc", 0, 0) : box("stsc", 0, 1, 1, perChunk, 1),
    stsz: box("stsz", 0, 0, count, ...tables.sizes),
    stco: box("stco", 0, tables.offsets.length, ...tables.offsets),
    stss: track.handler === "vide"
      ? box("stss", 0, Math.ceil(count / pieces.length), ...keyFrames(count, pieces.length))
      : undefined,
    ...track.tables?.(tables),
  };
  return Object.values(boxes).filter((bytes) => bytes !== undefined);
}

function keyFrames(count: number, every: number): number[] {
  return Array.from({ length: Math.ceil(count / every) }, (_, index) => index * every + 1);
}

function startsOf(pieces: Uint8Array[], at: number): number[] {
  let start = at;
  return pieces.map(({ byteLength }) => (start += byteLength) - byteLength);
}

function runsOf(values: number[]): [number, number][] {
  const runs: [number, number][] = [];
  for (const value of values) {
    const last = runs.at(-1);
    if (last?.[1] === value) last[0] += 1;
    else runs.push([1, value]);
  }
  return runs;
}

/** Writes the rest of the first track in fragments, each with its own media behind it. */
function writeFragments(film: Film, plan: FragmentPlan, at: number): Uint8Array<ArrayBuffer> {
  const track = film.tracks[0]!;
  const first = track.indexed ?? track.samples.length;
  let time = track.samples.slice(0, first).reduce((sum, { delta }) => sum + delta, 0) + (plan.later ?? 0);
  const parts: Uint8Array[] = [];
  let offset = at;
  for (let start = first, sequence = 1; start < track.samples.length; start += plan.samples, sequence++) {
    const samples = track.samples.slice(start, start + plan.samples);
    const pieces = samples.map((_, index) => track.pieces[(start + index) % track.pieces.length]!);
    for (const bytes of plan.between ?? []) {
      parts.push(bytes);
      offset += bytes.byteLength;
    }
    const options = { track, plan, samples, pieces, time, sequence, at: offset };
    const moof = writeFragment({ ...options, size: writeFragment({ ...options, size: 0 }).byteLength });
    const media = box("mdat", join(...pieces));
    parts.push(moof, media);
    offset += moof.byteLength + media.byteLength;
    time += samples.reduce((sum, { delta }) => sum + delta, 0);
  }
  return join(...parts);
}

interface WrittenFragment {
  track: TrackPlan;
  plan: FragmentPlan;
  samples: Sample[];
  pieces: Uint8Array[];
  time: number;
  sequence: number;
  at: number;
  /** Bytes of it, as far as they are known. */
  size: number;
}

function writeFragment({ track, plan, samples, pieces, time, sequence, at, size }: WrittenFragment): Uint8Array {
  const { base = "moof", values = "run", decodeTime = "32", runs = 1 } = plan;
  const flags = (base === "moof" ? 0x20000 : base === "offset" ? 0x1 : 0) | (values === "header" ? 0x18 : 0);
  const tfhd = box(
    "tfhd",
    flags,
    track.id,
    ...base === "offset" ? [0, at] : [],
    ...values === "header" ? [samples[0]!.delta, pieces[0]!.byteLength] : [],
  );
  const tfdt = decodeTime === "none"
    ? []
    : [decodeTime === "32" ? box("tfdt", 0, time) : box("tfdt", 1 << 24, Math.floor(time / 2 ** 32), time % 2 ** 32)];
  const hasShifts = samples.some(({ shift }) => shift !== 0);
  const runFlags = (values === "run" ? 0x300 : 0) | (hasShifts ? 0x800 : 0);
  const length = Math.ceil(samples.length / runs);
  const written = Array.from({ length: Math.ceil(samples.length / length) }, (_, index) => {
    const from = index * length;
    const rows = samples.slice(from, from + length).flatMap(({ delta, shift }, row) => [
      ...values === "run" ? [delta, pieces[from + row]!.byteLength] : [],
      ...hasShifts ? [shift] : [],
    ]);
    const count = Math.min(length, samples.length - from);
    if (index > 0 && plan.placed === "first") return box("trun", 1 << 24 | runFlags, count, ...rows);
    const place = size + 8 + pieces.slice(0, from).reduce((sum, piece) => sum + piece.byteLength, 0);
    return box("trun", 1 << 24 | runFlags | 0x1, count, place, ...rows);
  });
  return box("moof", box("mfhd", 0, sequence), ...plan.inFragment ?? [], box("traf", tfhd, ...tfdt, ...written));
}

function words(...values: number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  values.forEach((value, index) => view.setUint32(index * 4, value));
  return bytes;
}

function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}
