import { readdirSync, readFileSync } from "node:fs";
import { box } from "../preflight/support/boxes.ts";
import { type Film, FTYP_ISOM, join, type Sample, type TrackPlan, writeMp4 } from "./mp4_writer.ts";

/** A file of the corpus. */
export interface CorpusFile {
  name: string;
  bytes: Uint8Array<ArrayBuffer>;
  /** Why our verdict is another than that of the independent tool, where it is. */
  reason?: string;
}

const asset = (path: string) => new Uint8Array(readFileSync(new URL(`../assets/${path}`, import.meta.url)));
const SEED = asset("video/edge_10s.mp4");
const SOUND_SEED = asset("video/ok.mp4");

/** Cuts the box that begins at the last `type` out of a file. */
function cutBox(bytes: Uint8Array, type: string): Uint8Array<ArrayBuffer> {
  const start = new TextDecoder("latin1").decode(bytes).lastIndexOf(type) - 4;
  return bytes.slice(start, start + new DataView(bytes.buffer, bytes.byteOffset).getUint32(start));
}

/** The first `count` samples behind the header of the `mdat`, in one chunk. */
function cutPieces(bytes: Uint8Array, options: { start: number; sizes: number[] }): Uint8Array[] {
  let offset = options.start;
  return options.sizes.map((size) => bytes.slice(offset, offset += size));
}

function sizesOf(stsz: Uint8Array, count: number): number[] {
  const view = new DataView(stsz.buffer);
  return Array.from({ length: count }, (_, index) => view.getUint32(20 + index * 4));
}

const AVC = cutBox(SEED, "avc1");
const FRAMES = cutPieces(SEED, { start: 48, sizes: sizesOf(cutBox(SEED, "stsz"), 10) });
const KEY_FRAME = FRAMES.slice(0, 1);
const AAC = cutBox(SOUND_SEED, "mp4a");
const SOUNDS = cutPieces(SOUND_SEED, { start: 0x8a4, sizes: sizesOf(cutBox(SOUND_SEED, "stsz"), 2) });
const JPEG = [asset("image/ok.jpg")];
const PNG = [asset("image/ok.png")];

/** As many samples with the same time between them. */
const steady = (count: number, delta: number, shift = 0): Sample[] =>
  Array.from({ length: count }, () => ({ delta, shift }));
/** The same, stored in another order than shown: every third one is shown before the two that come before it. */
const reordered = (count: number, delta: number): Sample[] =>
  Array.from({ length: count }, (_, index) => ({ delta, shift: delta * [2, 3, 1][index % 3]! - delta }));

function video(plan: Partial<TrackPlan> = {}): TrackPlan {
  return { id: 1, handler: "vide", entry: AVC, timescale: 1000, samples: steady(120, 100), pieces: FRAMES, ...plan };
}

function sound(plan: Partial<TrackPlan> = {}): TrackPlan {
  return {
    ...{ id: 2, handler: "soun", entry: AAC, timescale: 44_100, samples: steady(517, 1024), pieces: SOUNDS },
    ...plan,
  };
}

/** A track with pictures that are none of a film. */
function picture(type: string, pieces: Uint8Array[], plan: Partial<TrackPlan> = {}): TrackPlan {
  const entry = box(
    type,
    0,
    1,
    0,
    0,
    0,
    0,
    64 << 16 | 48,
    0x480000,
    0x480000,
    0,
    1 << 16,
    new Uint8Array(30),
    0x18ffff,
  );
  return { id: 3, handler: "vide", entry, timescale: 1000, samples: steady(1, 12_000), pieces, ...plan };
}

/** A track that is neither pictures nor sound. */
function other(handler: string, type: string, plan: Partial<TrackPlan> = {}): TrackPlan {
  const entry = box(type, 0, 1, "application/x\0");
  return { id: 4, handler, entry, timescale: 1000, samples: steady(12, 1000), pieces: [Uint8Array.of(0, 0)], ...plan };
}

const film = (plan: Partial<Film> & { tracks?: TrackPlan[] } = {}): Uint8Array<ArrayBuffer> =>
  writeMp4({ tracks: [video()], ...plan });
const withVideo = (plan: Partial<TrackPlan>, rest: Partial<Film> = {}) => film({ tracks: [video(plan)], ...rest });
const shortened = (bytes: Uint8Array<ArrayBuffer>, share: number) =>
  bytes.slice(0, Math.floor(bytes.byteLength * share));

const files: CorpusFile[] = [];
const add = (name: string, bytes: Uint8Array<ArrayBuffer>, reason?: string) => files.push({ name, bytes, reason });

// Lengths, to the frame and to the millisecond.
for (
  const [name, count, delta, timescale] of [
    ["10 s of 25 fps", 250, 40, 1000],
    ["10 s less a frame of 25 fps", 249, 40, 1000],
    ["60 s of 25 fps", 1500, 512, 12_800],
    ["60 s and a frame of 25 fps", 1501, 512, 12_800],
    ["60.018 s of 23.976 fps", 1439, 1001, 24_000],
    ["59.977 s of 23.976 fps", 1438, 1001, 24_000],
    ["10.01 s of 23.976 fps", 240, 1001, 24_000],
    ["9.968 s of 23.976 fps", 239, 1001, 24_000],
    ["9.993 s of 29.97 fps and a half", 599, 1001, 60_000],
    ["10.01 s of 29.97 fps", 300, 1001, 30_000],
    ["59.993 s of 29.97 fps", 1798, 1001, 30_000],
    ["60.027 s of 29.97 fps", 1799, 1001, 30_000],
    ["60 s of 60 fps", 3600, 256, 15_360],
    ["1 s", 25, 40, 1000],
    ["0.96 s", 24, 40, 1000],
    ["180 s", 180, 1000, 1000],
    ["180.04 s", 4501, 40, 1000],
    ["one frame of 12 s", 1, 12_000, 1000],
    ["12 s in ticks of a microsecond", 120, 100_000, 1_000_000],
    ["12 s in ticks of 90 kHz", 360, 3000, 90_000],
  ] as const
) add(`length: ${name}`, withVideo({ samples: steady(count, delta), timescale }));
add(
  "length: frames of varying length",
  withVideo({ samples: Array.from({ length: 100 }, (_, index) => ({ delta: index % 2 === 0 ? 100 : 140, shift: 0 })) }),
);
add("length: a slide show", withVideo({ samples: [3000, 5000, 4000].map((delta) => ({ delta, shift: 0 })) }));
add("length: the last frame lasts for 5 s", withVideo({ samples: [...steady(70, 100), { delta: 5000, shift: 0 }] }));
add("length: reordered frames", withVideo({ samples: reordered(120, 100) }));
add(
  "length: reordered frames, the last one shown is not the last one stored",
  withVideo({ samples: [...steady(118, 100), { delta: 100, shift: 200 }, { delta: 100, shift: 0 }] }),
);

// Edit lists.
const edits = (name: string, rows: [number, number][], plan: Partial<TrackPlan> = {}, reason?: string) =>
  add(`edits: ${name}`, withVideo({ edits: rows, ...plan }), reason);
edits("the whole", [[12_000, 0]]);
edits("from 2 s on", [[10_000, 2000]]);
edits(
  "from 2 s on, longer than there is",
  [[12_000, 2000]],
  {},
  "ffprobe makes the last frame as long as the edit list",
);
edits("up to 10 s", [[10_000, 0]]);
edits("up to 9.999 s", [[9999, 0]]);
edits("up to 10.001 s", [[10_001, 0]]);
edits("60 s of 60.6 s", [[60_000, 0]], { samples: steady(606, 100) });
edits("60 s of 60.018 s", [[60_000, 0]], { samples: steady(1439, 1001), timescale: 24_000 });
edits("from 1 s to 11 s", [[10_000, 1000]]);
edits("from 0.05 s, in the middle of a frame", [[11_000, 50]]);
edits("to the middle of a frame", [[10_050, 0]]);
edits("two that follow each other", [[5000, 0], [7000, 5000]]);
edits("two with a cut between them", [[5000, 0], [5000, 7000]]);
edits("two that show the same", [[6000, 0], [6000, 0]]);
edits("three, in another order", [[4000, 8000], [4000, 4000], [4000, 0]]);
edits("an empty one first", [[1000, -1], [12_000, 0]]);
edits("an empty one first, as long as the rest", [[12_000, -1], [12_000, 0]]);
edits("an empty one between two", [[5000, 0], [1000, -1], [5000, 5000]]);
edits("an empty one last", [[12_000, 0], [1000, -1]]);
edits("an empty one alone", [[12_000, -1]]);
edits("of no length", [[0, 0]]);
edits("of no length, from 2 s on", [[0, 2000]]);
edits("behind the end", [[5000, 20_000]]);
edits("none in the list", []);
edits("past reordered frames", [[12_000, 200]], {
  samples: reordered(120, 100).map((s) => ({ ...s, shift: s.shift + 200 })),
});
edits("that leave out the shift of the first frame", [[12_000, 0]], { samples: steady(120, 100, 200) });
edits("that cut the shift off at both ends", [[11_800, 200]], { samples: steady(120, 100, 200) });
add("edits: in 64 bits", withVideo({ elst: box("elst", 1 << 24, 1, 0, 10_000, 0, 2000, 0x10000) }));
add(
  "edits: in 64 bits, an empty one first",
  withVideo({ elst: box("elst", 1 << 24, 2, 0, 1000, -1, -1, 0x10000, 0, 12_000, 0, 0, 0x10000) }),
);
add("edits: more rows claimed than there are", withVideo({ elst: box("elst", 0, 9, 10_000, 0, 0x10000) }));
add("edits: billions of rows claimed", withVideo({ elst: box("elst", 0, -1, 10_000, 0, 0x10000) }));
add("edits: in a movie of 600 ticks a second", withVideo({ edits: [[6000, 0]] }, { timescale: 600 }));
add(
  "edits: rounded to a movie of 90 ticks a second",
  withVideo({ edits: [[899, 0]], samples: steady(100, 100) }, { timescale: 90 }),
);
add(
  "edits: in a movie of 1 tick a second",
  withVideo({ edits: [[10, 0]], samples: steady(104, 100) }, { timescale: 1 }),
);
add("edits: of the sound alone", film({ tracks: [video(), sound({ edits: [[10_000, 1024]] })] }));

// Fragments.
const fragmented = (plan: Partial<TrackPlan>, fragments: Film["fragments"], rest: Partial<Film> = {}) =>
  film({ tracks: [video({ indexed: 0, ...plan })], fragments: fragments!, ...rest });
const fragments = (name: string, bytes: Uint8Array<ArrayBuffer>, reason?: string) =>
  add(`fragments: ${name}`, bytes, reason);
fragments("of 2 s", fragmented({}, { samples: 20 }));
fragments("one", fragmented({}, { samples: 120 }));
fragments("one for each frame", fragmented({}, { samples: 1 }));
fragments("with their own place", fragmented({}, { samples: 20, base: "offset" }));
fragments("that say nothing of their place", fragmented({}, { samples: 20, base: "none" }));
fragments("with values in their header", fragmented({ pieces: KEY_FRAME }, { samples: 20, values: "header" }));
fragments("with values in the index", fragmented({ pieces: KEY_FRAME }, { samples: 20, values: "defaults" }));
fragments("with times in 64 bits", fragmented({}, { samples: 20, decodeTime: "64" }));
fragments("without times", fragmented({}, { samples: 20, decodeTime: "none" }));
fragments("of several runs", fragmented({}, { samples: 30, runs: 3 }));
fragments(
  "of several runs, of which the first alone tells its place",
  fragmented({}, { samples: 30, runs: 3, placed: "first" }),
  "ffprobe looks for the second run at the beginning of the fragment, and not behind the first run",
);
fragments("of reordered frames", fragmented({ samples: reordered(120, 100) }, { samples: 20 }));
fragments(
  "with negative shifts",
  fragmented({ samples: reordered(120, 100).map((s) => ({ ...s, shift: s.shift - 100 })), edits: [[0, 0]] }, {
    samples: 20,
  }),
);
fragments("with samples in the index", fragmented({ indexed: 30 }, { samples: 30 }));
fragments(
  "with samples in the index: 75 s, 15 of them there",
  fragmented({ samples: steady(750, 100), indexed: 150 }, { samples: 150 }),
);
fragments(
  "with samples in the index and an edit list of these",
  fragmented({ samples: steady(750, 100), indexed: 150, edits: [[15_000, 0]] }, { samples: 150 }),
);
fragments("with an edit list of no length", fragmented({ edits: [[0, 0]] }, { samples: 20 }));
fragments(
  "with an edit list that begins later",
  fragmented({ edits: [[0, 1000]] }, { samples: 20 }),
  "ffprobe counts the frames before 0, which are not shown",
);
fragments("that begin at 3 600 s", fragmented({}, { samples: 20, later: 3_600_000 }));
fragments(
  "with a list of them before each",
  fragmented({}, {
    samples: 20,
    between: [box("styp", "msdh", 0, "msdhmsix"), box("sidx", 0, 1, 1000, 0, 0, 1, 2000, 2000, 0x90000000)],
  }),
);
fragments(
  "with events and free boxes before each",
  fragmented({}, { samples: 20, between: [box("emsg", 0, "a\0b\0", 1, 0, 0, 0), box("free")] }),
);
fragments(
  "with a table of random access",
  fragmented({}, { samples: 20 }, { after: [box("mfra", box("mfro", 0, 16))] }),
);
fragments(
  "with tracks that are unknown",
  fragmented({}, { samples: 20, inFragment: [box("traf", box("tfhd", 0x20000, 9), box("trun", 0, 5))] }),
);
fragments("without any, though the index speaks of them", withVideo({}, { extends: true }));
fragments("without any, and an edit list of 10 s", withVideo({ edits: [[10_000, 0]] }, { extends: true }));
fragments("though the index does not speak of them", fragmented({}, { samples: 20 }, { extends: false }));
fragments(
  "before the index",
  fragmented({}, { samples: 20, beforeIndex: true }),
);
fragments("none came", shortened(fragmented({}, { samples: 20 }), 0.2));
fragments("23.976 fps", fragmented({ samples: steady(1439, 1001), timescale: 24_000 }, { samples: 48 }));

// How the file is put together.
const layout = (name: string, bytes: Uint8Array<ArrayBuffer>, reason?: string) => add(`layout: ${name}`, bytes, reason);
layout("index last", film());
layout("index first", film({ indexFirst: true }));
layout("with sound", film({ tracks: [video(), sound()] }));
layout("with sound first", film({ tracks: [sound(), video()] }));
layout("a free box before the header", film({ before: [box("free", 0, 0)] }));
layout("an own box before the header", film({ before: [box("uuid", new Uint8Array(24))] }));
layout("a wide box before the header", film({ before: [box("wide")] }));
layout("two boxes before the header", film({ before: [box("skip", 1), box("free", new Uint8Array(100))] }));
layout("a box of another kind before the header", film({ before: [box("what", 0, 0)] }));
layout("no header", film({ ftyp: undefined }));
layout("two headers", film({ before: [box("ftyp", "mp42", 0, "mp42")] }));
for (const brand of ["mp41", "mp42", "iso5", "avc1", "M4V ", "MSNV", "3gp4", "dash", "XAVC", "f4v "]) {
  layout(`brand ${brand.trim()}`, film({ ftyp: box("ftyp", brand, 0, `${brand}isom`) }));
}
layout("brand qt", film({ ftyp: box("ftyp", "qt  ", 0, "qt  ") }));
layout("brand qt beside another", film({ ftyp: box("ftyp", "mp42", 0, "qt  mp42") }));
layout("media with a size of 64 bits", film({ mdatSize: "64" }));
layout("media that goes on to the end", film({ indexFirst: true, mdatSize: "rest" }));
layout("index with a size of 64 bits", film({ moovSize: "64" }));
layout("index that goes on to the end", film({ moovSize: "rest" }));
layout(
  "places in 64 bits",
  withVideo({
    tables: ({ offsets }) => ({ stco: box("co64", 0, offsets.length, ...offsets.flatMap((at) => [0, at])) }),
  }),
);
layout(
  "places in 32 and in 64 bits",
  withVideo({
    tables: ({ offsets }) => ({ co64: box("co64", 0, offsets.length, ...offsets.flatMap((at) => [0, at])) }),
  }),
);
layout("two indices", film({ after: [cutBox(film({ tracks: [video({ samples: steady(50, 100) })] }), "moov")] }));
layout(
  "free boxes in the index",
  film({ inIndex: [box("free", new Uint8Array(64))], afterTracks: [box("skip", 1, 2)] }),
);
layout(
  "tags",
  film({ afterTracks: [box("udta", box("meta", 0, box("hdlr", 0, 0, "mdir", 0, 0, 0, "\0"), box("ilst")))] }),
);
layout("tags that end in four zero bytes", film({ afterTracks: [box("udta", box("name", "shoes"), 0)] }));
layout(
  "tags that claim to be longer",
  film({ afterTracks: [Uint8Array.of(0, 0, 1, 0, 0x75, 0x64, 0x74, 0x61, 1, 2, 3, 4)] }),
);
layout(
  "garbage at the end",
  film({ after: [new TextEncoder().encode("and some more bytes that make no box at all")] }),
);
layout("zero bytes at the end", film({ after: [new Uint8Array(1000)] }));
layout("seven bytes at the end", film({ after: [new Uint8Array(7).fill(65)] }));
layout("a free box at the end", film({ after: [box("free", new Uint8Array(1000))] }));
layout("a free box at the end that is cut off", film({ after: [box("free", new Uint8Array(1000)).subarray(0, 500)] }));
layout("chunks of ten", withVideo({ perChunk: 10 }));
layout("headers with 64 bits", film({ tracks: [video({ version: 1 })], version: 1 }));
layout("an empty piece of media before the other", film({ before: [FTYP_ISOM, box("mdat")], ftyp: undefined }));

const COMPLAINT = "ffprobe complains, and finds all frames";

// Tables with rows too many or too few.
const tables = (name: string, make: TrackPlan["tables"], reason?: string) =>
  add(`tables: ${name}`, withVideo({ tables: make! }), reason);
const stts = (...rows: [number, number][]) => ({ stts: box("stts", 0, rows.length, ...rows.flat()) });
const ctts = (...rows: [number, number][]) => ({ ctts: box("ctts", 0, rows.length, ...rows.flat()) });
tables(
  "a place that no frame uses",
  ({ offsets }) => ({ stco: box("stco", 0, offsets.length + 1, ...offsets, 3_000_000_000) }),
  COMPLAINT,
);
tables(
  "a place less than there are frames",
  ({ offsets }) => ({ stco: box("stco", 0, offsets.length - 1, ...offsets.slice(0, -1)) }),
);
tables("times for more frames than there are", () => stts([150, 100]));
tables("times for fewer frames than there are", () => stts([100, 100]));
tables("times in many rows", () => stts(...Array.from({ length: 120 }, (): [number, number] => [1, 100])));
tables("rows of times for no frame", () => stts([0, 5000], [60, 100], [0, 9000], [60, 100]));
tables("a row of times behind the last frame", () => stts([120, 100], [1, 60_000]));
tables(
  "a negative time between two frames",
  () => stts([60, 100], [1, -100], [59, 100]),
);
tables("no times", () => stts(), "no frame lasts");
tables("all times 0", () => stts([120, 0]), "no frame lasts");
tables("shifts for fewer frames than there are", () => ctts([100, 100]));
tables("shifts for more frames than there are", () => ctts([150, 100]));
tables("a shift for one frame that is not there", () => ctts([120, 0], [1, 60_000]));
tables("signed shifts in version 0", () => ctts([1, 0], [1, -100], [118, 0]));
tables("signed shifts in version 1", () => ({ ctts: box("ctts", 1 << 24, 3, 1, 0, 1, -100, 118, 0) }));
tables("a negative shift of the last frames", () => ctts([117, 0], [3, -10]));
tables("a row of chunks that are not there", () => ({ stsc: box("stsc", 0, 2, 1, 1, 1, 500, 7, 1) }));
tables("chunks with more frames than there are", () => ({ stsc: box("stsc", 0, 2, 1, 1, 1, 120, 50, 1) }), COMPLAINT);
tables("rows of chunks that say the same", () => ({ stsc: box("stsc", 0, 3, 1, 1, 1, 40, 1, 1, 80, 1, 1) }));
tables("no rows of chunks", () => ({ stsc: box("stsc", 0, 0) }));
tables("no places", () => ({ stco: box("stco", 0, 0) }));
tables(
  "fewer sizes than times",
  ({ sizes }) => ({ stsz: box("stsz", 0, 0, 100, ...sizes.slice(0, 100)) }),
  "ffprobe tells the length of frames that have no size",
);
tables(
  "sizes that claim one row more",
  ({ sizes }) => ({ stsz: box("stsz", 0, 0, 121, ...sizes) }),
  "ffprobe reads on behind the end of the table",
);
tables("sizes with a row more", ({ sizes }) => ({ stsz: box("stsz", 0, 0, 120, ...sizes, 99) }));
tables("sizes of 16 bits", ({ sizes }) => ({ stsz: box("stz2", 0, 16, 120, halves(sizes)) }));
tables(
  "two tables of times",
  () => ({ ...stts([120, 100]), second: box("stts", 0, 1, 120, 500) }),
);
tables("times that claim billions of rows", () => ({ stts: box("stts", 0, -1, 120, 100) }));
tables("no table of places", () => ({ stco: undefined }));
tables("no table of sizes", () => ({ stsz: undefined }));
tables("no table of key frames", () => ({ stss: undefined }));
add(
  "tables: one size for all",
  withVideo({ pieces: KEY_FRAME, tables: ({ sizes }) => ({ stsz: box("stsz", 0, sizes[0]!, 120) }) }),
);
add(
  "tables: one size for all, and one frame more",
  withVideo({ pieces: KEY_FRAME, tables: ({ sizes }) => ({ stsz: box("stsz", 0, sizes[0]!, 121) }) }),
);
add("tables: empty frames", withVideo({ pieces: [...FRAMES.slice(0, 9), new Uint8Array()] }));

function halves(values: number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 2);
  const view = new DataView(bytes.buffer);
  values.forEach((value, index) => view.setUint16(index * 2, value));
  return bytes;
}

// Headers that lie.
const lies = (name: string, bytes: Uint8Array<ArrayBuffer>, reason?: string) => add(`lies: ${name}`, bytes, reason);
lies("the movie lasts 600 s", film({ told: { duration: 600_000 } }));
lies("the movie lasts 1 s", film({ told: { duration: 1000 } }));
lies("the movie lasts for ever", film({ told: { duration: -1 } }));
lies("the track lasts 600 s", withVideo({ told: { duration: 600_000 } }));
lies("the track lasts 1 s", withVideo({ told: { duration: 1000 } }));
lies("the track lasts 0 s", withVideo({ told: { duration: 0 } }));
lies("the track is shown as 1920 x 1080", withVideo({ told: { width: 1920, height: 1080 } }));
lies("the track is shown as 0 x 0", withVideo({ told: { width: 0, height: 0 } }));
lies(
  "the description says 320 x 180",
  withVideo({ entry: resized(AVC, 320, 180) }),
  "the coded frames are not looked into",
);
lies("the description says 0 x 0", withVideo({ entry: resized(AVC, 0, 0) }), "the coded frames are not looked into");
lies("the movie has 0 ticks a second", film({ timescale: 0, told: { duration: 0 } }), COMPLAINT);
lies(
  "the movie has 0 ticks a second, and an edit list",
  withVideo({ edits: [[10_000, 0]] }, { timescale: 0, told: { duration: 0 } }),
  COMPLAINT,
);
lies("the track has 0 ticks a second", withVideo({ timescale: 0 }));

function resized(entry: Uint8Array<ArrayBuffer>, width: number, height: number): Uint8Array<ArrayBuffer> {
  const copy = entry.slice();
  new DataView(copy.buffer).setUint32(32, width << 16 | height);
  return copy;
}

// Tracks, one of which is the video.
const tracks = (name: string, plans: TrackPlan[], reason?: string, rest: Partial<Film> = {}) =>
  add(`tracks: ${name}`, film({ tracks: plans, ...rest }), reason);
tracks("a thumbnail (jpeg) first", [picture("jpeg", JPEG), video(), sound()]);
tracks("a thumbnail (jpeg) last", [video(), sound(), picture("jpeg", JPEG)]);
tracks("a thumbnail (png) first", [picture("png ", PNG), video()]);
tracks("a thumbnail (mjpa) first", [picture("mjpa", JPEG), video()]);
tracks("a thumbnail that is switched off", [
  video({ id: 3, flags: 0, samples: steady(1, 40), pieces: KEY_FRAME, entry: resized(AVC, 160, 90) }),
  video(),
]);
tracks("a longer one that is switched off", [video({ id: 3, flags: 0, samples: steady(900, 100) }), video()]);
tracks("pictures of chapters", [
  video({ extra: [box("tref", box("chap", 3))] }),
  picture("jpeg", JPEG, { samples: steady(4, 3000) }),
]);
tracks("all switched off", [video({ flags: 0 })]);
tracks("a thumbnail and sound alone", [picture("jpeg", JPEG), sound()], "a thumbnail is no video");
tracks("sound alone", [sound()]);
tracks("text alone", [other("text", "text")]);
tracks("chapters as text", [video(), other("text", "text")]);
tracks("metadata", [video(), other("meta", "mett")]);
tracks("metadata first", [other("meta", "mett"), video()]);
tracks("a time code", [video(), other("tmcd", "tmcd")]);
tracks("hints", [video(), other("hint", "rtp ")]);
tracks("an auxiliary video", [video(), video({ id: 5, handler: "auxv" })]);
tracks("a picture track", [video(), video({ id: 5, handler: "pict", samples: steady(1, 1000) })]);
tracks("two of the same number", [video({ id: 1 }), sound({ id: 1 })]);
tracks("a cover in the tags", [video()], undefined, {
  afterTracks: [
    box(
      "udta",
      box("meta", 0, box("hdlr", 0, 0, "mdir", 0, 0, 0, "\0"), box("ilst", box("covr", box("data", 13, 0, JPEG[0]!)))),
    ),
  ],
});
tracks("of sound that is not packed: a sample for each of 65 s, 48 000 times a second", [
  video(),
  sound({
    ...{ timescale: 48_000, samples: [], pieces: [new Uint8Array(4096)] },
    entry: box("sowt", 0, 1, 0, 0, 2 << 16 | 16, 0, 48_000 * 2 ** 16),
    tables: () => ({
      stts: box("stts", 0, 1, 3_120_000, 1),
      stsz: box("stsz", 0, 4, 3_120_000),
      stsc: box("stsc", 0, 1, 1, 1024, 1),
      stco: box("stco", 0, 3047, ...Array<number>(3047).fill(40)),
    }),
  }),
]);
tracks("of MP3", [video(), sound({ entry: recoded(AAC) })]);

/** The sound's description with another number for its coding: that of MP3. */
function recoded(entry: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const copy = entry.slice();
  copy[copy.indexOf(0x40, 52)] = 0x6b;
  return copy;
}

// Turned pictures.
for (
  const [name, matrix] of [
    ["by 90 degrees", [0, 1, -1, 0]],
    ["by 180 degrees", [-1, 0, 0, -1]],
    ["by 270 degrees", [0, -1, 1, 0]],
    ["left to right", [-1, 0, 0, 1]],
    ["upside down", [1, 0, 0, -1]],
    ["by 90 degrees, and left to right", [0, 1, 1, 0]],
    ["twice as large", [2, 0, 0, 2]],
  ] as [string, [number, number, number, number]][]
) add(`turned: ${name}`, withVideo({ matrix }));
add("turned: the whole movie by 90 degrees", film({ matrix: [0, 1, -1, 0] }));
add(
  "turned: the whole movie back by 90 degrees",
  film({ tracks: [video({ matrix: [0, 1, -1, 0] })], matrix: [0, -1, 1, 0] }),
);

// Cut off, or cut out.
for (const share of [0.1, 0.5, 0.9, 0.99]) {
  add(`cut: index last, after ${share * 100} %`, shortened(film(), share));
  add(`cut: index first, after ${share * 100} %`, shortened(film({ indexFirst: true }), share));
  add(`cut: in fragments, after ${share * 100} %`, shortened(fragmented({}, { samples: 20 }), share));
}
add(
  "cut: media to the end of the file, a byte missing",
  film({ indexFirst: true, mdatSize: "rest" }).slice(0, -1),
);
add("cut: index to the end of the file, a byte missing", film({ moovSize: "rest" }).slice(0, -1));
add("cut: a megabyte missing in front", film().slice(1000));
add("cut: the media is missing", join(FTYP_ISOM, cutBox(film(), "moov")));
add("cut: the index is missing", film().slice(0, 1200));

// What real writers write: the assets of the other tests, and what make_real.sh makes.
const assetsOf = (folder: string) => readdirSync(new URL(folder, import.meta.url)).sort();
const reasons: Record<string, string> = {
  "ok.webm": "of a WebM file only that it is one is told",
  "truncated_moov.mp4": "all that is missing are tags at the end of the index",
};
for (const name of assetsOf("../assets/video/")) add(`asset: ${name}`, asset(`video/${name}`), reasons[name]);
for (const name of assetsOf("real/")) {
  add(`real: ${name}`, new Uint8Array(readFileSync(new URL(`real/${name}`, import.meta.url))));
}

/** Every video of the corpus. */
export const videos: readonly CorpusFile[] = files;
