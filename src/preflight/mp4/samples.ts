import { type Box, type Bytes, childBoxes, contentOf, damaged, uint64 } from "./boxes.ts";

/** When the samples of a track are shown: its frames, or its bits of sound. All times are in ticks of the track. */
export interface Timeline {
  /** Samples so far. */
  samples: number;
  /** When the next one is to be decoded. */
  next: number;
  /** When the first one to be shown begins. */
  start: number;
  /** When the last one to be shown begins, and when it ends. */
  last: number;
  end: number;
  /** Where the bytes of the samples end in the file. */
  mediaEnd: number;
}

/** What the index says of a track for the sake of its fragments. */
export interface FragmentedTrack {
  /** `undefined` for what is neither pictures nor sound. */
  timeline: Timeline | undefined;
  /** Ticks and bytes that a sample has where its fragment does not say. */
  duration: number;
  size: number;
  /** Whether fragments of it came. */
  hasFragments: boolean;
}

/** The boxes of a sample table (`stbl`). */
export type SampleTable = Partial<Record<typeof SAMPLE_TABLE[number], Box>>;

/** Which boxes they are. */
export const SAMPLE_TABLE = ["stts", "ctts", "stsc", "stsz", "stz2", "stco", "co64"] as const;

/** A time between two frames above this is a negative one: some writers go back in time so. */
const MAX_DELTA = 2 ** 32 - 480_000;

/** Makes the timeline of a track without samples. */
export function createTimeline(): Timeline {
  return { samples: 0, next: 0, start: Infinity, last: -Infinity, end: -Infinity, mediaEnd: 0 };
}

/**
 * Adds the samples of a table to the timeline. It looks at rows and not at samples, of which a row can claim billions.
 *
 * A table may have rows that no sample uses, or too few: what counts is the samples that have a size and a place.
 *
 * @throws {InvalidInputError} A table is shorter than it claims to be.
 */
export function addSampleTable(bytes: Bytes, boxes: SampleTable, timeline: Timeline): void {
  const count = placeSamples(bytes, boxes, timeline);
  const deltas = createCursor(readTable(bytes, boxes.stts, 2), "the last one goes on");
  // Signed in version 1, and in version 0 by many writers.
  const shifts = createCursor(readTable(bytes, boxes.ctts, 2), 0);
  for (let left = count; left > 0;) {
    const run = Math.min(left, deltas.left(), shifts.left());
    const delta = deltas.take(run);
    addRun(timeline, { count: run, delta: delta > MAX_DELTA ? delta - 2 ** 32 : delta, shift: shifts.take(run) | 0 });
    left -= run;
  }
}

/**
 * Adds the samples of a fragment (`moof`) to the timelines of their tracks.
 *
 * @param start Where the fragment begins in the file.
 * @throws {InvalidInputError} It has samples of a track that the index does not know, or a run is shorter than it claims.
 */
export function addFragment(
  bytes: Bytes,
  moof: Box,
  options: { start: number; tracks: ReadonlyMap<number, FragmentedTrack> },
): void {
  const { start, tracks } = options;
  // Where the bytes of a track begin that does not say so: in the first one at the fragment, else behind the one before.
  let position = start;
  for (const traf of childBoxes(bytes, moof, ["traf"])) {
    let header: FragmentHeader | undefined;
    let base = start;
    for (const box of childBoxes(bytes, traf, ["tfhd", "tfdt", "trun"])) {
      if (box.type === "tfhd") {
        header = readHeader(bytes.view, box);
        base = header.base ?? (header.isFromMoof ? start : position);
        position = base;
      }
      const track = header && tracks.get(header.trackId);
      if (header === undefined || track === undefined) {
        if (box.type === "trun") throw damaged("a fragment is of a track that the index does not speak of");
        continue;
      }
      const { timeline } = track;
      if (timeline === undefined) continue;
      if (box.type === "tfdt") timeline.next = readDecodeTime(bytes.view, box);
      if (box.type !== "trun") continue;
      track.hasFragments = true;
      const { duration = track.duration, size = track.size } = header;
      position = addTrackRun(bytes.view, box, { timeline, base, position, duration, size });
      timeline.mediaEnd = Math.max(timeline.mediaEnd, position);
    }
  }
}

function addRun(timeline: Timeline, run: { count: number; delta: number; shift: number }): void {
  const { count, delta, shift } = run;
  const first = timeline.next + shift;
  const last = first + (count - 1) * delta;
  timeline.samples += count;
  timeline.next += count * delta;
  timeline.start = Math.min(timeline.start, first, last);
  const latest = Math.max(first, last);
  if (latest >= timeline.last) {
    timeline.last = latest;
    timeline.end = latest + Math.max(delta, 0);
  }
}

/** Counts the samples that have a size and a place, and finds out where the last one ends in the file. */
function placeSamples(
  bytes: Bytes,
  boxes: SampleTable,
  timeline: Timeline,
): number {
  const sizes = readSizes(bytes, boxes.stsz ?? boxes.stz2);
  const large = readTable(bytes, boxes.co64, 2);
  const small = readTable(bytes, boxes.co64 === undefined ? boxes.stco : undefined, 1);
  const offsetOf = (chunk: number) =>
    boxes.co64 === undefined ? small.get(chunk, 0) : large.get(chunk, 0) * 2 ** 32 + large.get(chunk, 1);
  const chunks = small.length + large.length;
  const rows = readTable(bytes, boxes.stsc, 3);
  if (rows.length === 0 || chunks === 0) return 0;
  const lastChunk = rows.get(rows.length - 1, 0);
  if (lastChunk > chunks) throw damaged(`it has ${chunks} chunks and speaks of chunk ${lastChunk}`);

  let sample = 0;
  let row = 0;
  for (let chunk = 0; chunk < chunks && sample < sizes.count; chunk++) {
    while (row + 1 < rows.length && chunk + 1 >= rows.get(row + 1, 0)) row += 1;
    const count = Math.min(rows.get(row, 1), sizes.count - sample);
    if (count === 0) continue;
    timeline.mediaEnd = Math.max(timeline.mediaEnd, offsetOf(chunk) + sizes.bytesIn(sample, count));
    sample += count;
  }
  return sample;
}

interface Sizes {
  /** Samples that have a size. */
  count: number;
  /** Bytes that `count` samples have together. */
  bytesIn(first: number, count: number): number;
}

function readSizes(bytes: Bytes, box: Box | undefined): Sizes {
  if (box === undefined) return { count: 0, bytesIn: () => 0 };
  const { view } = bytes;
  const content = contentOf(box, 12);
  const count = view.getUint32(content + 8);
  const common = box.type === "stsz" ? view.getUint32(content + 4) : 0;
  if (common > 0) return { count, bytesIn: (_, samples) => samples * common };

  const bits = box.type === "stsz" ? 32 : view.getUint8(content + 7);
  if (![4, 8, 16, 32].includes(bits)) throw damaged(`its sizes of samples have ${bits} bits`);
  const first = contentOf(box, 12 + Math.ceil(count * bits / 8)) + 12;
  const sizeOf = (sample: number) => {
    if (bits === 32) return view.getUint32(first + sample * 4);
    if (bits === 16) return view.getUint16(first + sample * 2);
    if (bits === 8) return view.getUint8(first + sample);
    return view.getUint8(first + (sample >> 1)) >> (sample % 2 === 0 ? 4 : 0) & 15;
  };
  return {
    count,
    bytesIn(start, samples) {
      let sum = 0;
      for (let sample = start; sample < start + samples; sample++) sum += sizeOf(sample);
      return sum;
    },
  };
}

/** Rows of 32-bit fields. */
interface Table {
  length: number;
  get(row: number, field: number): number;
}

/** Reads a box that holds a count and that many rows; without a box there are none. */
function readTable({ view }: Bytes, box: Box | undefined, fields: number): Table {
  if (box === undefined) return { length: 0, get: () => 0 };
  const length = view.getUint32(contentOf(box, 8) + 4);
  const first = contentOf(box, 8 + length * fields * 4) + 8;
  return { length, get: (row, field) => view.getUint32(first + (row * fields + field) * 4) };
}

/** Goes along rows of a count and a value that is the same for so many samples. */
interface Cursor {
  /** Samples for which the value stays the same. */
  left(): number;
  /** The value of the next samples. */
  take(count: number): number;
}

function createCursor(table: Table, tail: number | "the last one goes on"): Cursor {
  let row = -1;
  let left = 0;
  let value = 0;
  return {
    left() {
      while (left === 0) {
        row += 1;
        if (row < table.length) {
          left = table.get(row, 0);
          value = table.get(row, 1);
        } else {
          left = Infinity;
          if (typeof tail === "number") value = tail;
        }
      }
      return left;
    },
    take(count) {
      left -= count;
      return value;
    },
  };
}

interface FragmentHeader {
  trackId: number;
  /** Where its bytes begin in the file, if it says so. */
  base: number | undefined;
  /** Whether they are counted from the fragment on. */
  isFromMoof: boolean;
  duration: number | undefined;
  size: number | undefined;
}

function readHeader(view: DataView, box: Box): FragmentHeader {
  const content = contentOf(box, 8);
  const flags = view.getUint32(content);
  let offset = content + 8;
  const skip = (flag: number, length: number) => {
    if ((flags & flag) === 0) return undefined;
    const field = offset;
    offset += length;
    contentOf(box, offset - box.content);
    return field;
  };
  const base = skip(0x1, 8);
  skip(0x2, 4);
  const duration = skip(0x8, 4);
  const size = skip(0x10, 4);
  return {
    trackId: view.getUint32(content + 4),
    base: base === undefined ? undefined : uint64(view, base),
    isFromMoof: (flags & 0x20000) !== 0,
    duration: duration === undefined ? undefined : view.getUint32(duration),
    size: size === undefined ? undefined : view.getUint32(size),
  };
}

function readDecodeTime(view: DataView, box: Box): number {
  const content = contentOf(box, 8);
  return view.getUint8(content) === 0 ? view.getUint32(content + 4) : uint64(view, contentOf(box, 12) + 4);
}

interface TrackRunOptions {
  timeline: Timeline;
  /** What offsets are counted from. */
  base: number;
  /** Where the samples lie when the run does not say so: behind those of the run before. */
  position: number;
  /** Of a sample that has none of its own. */
  duration: number;
  size: number;
}

/** Adds the samples of a run, and returns where their bytes end in the file. */
function addTrackRun(view: DataView, box: Box, options: TrackRunOptions): number {
  const { timeline, base, duration, size } = options;
  const content = contentOf(box, 8);
  const flags = view.getUint32(content);
  const count = view.getUint32(content + 4);
  const hasOffset = (flags & 0x1) !== 0;
  const hasFirstFlags = (flags & 0x4) !== 0;
  const first = content + 8 + (hasOffset ? 4 : 0) + (hasFirstFlags ? 4 : 0);
  // In this order in each row, where the run has them: duration, size, flags, shift.
  const has = [0x100, 0x200, 0x400, 0x800].map((flag) => (flags & flag) !== 0);
  const rowSize = has.filter(Boolean).length * 4;
  contentOf(box, first - box.content + count * rowSize);
  let position = hasOffset ? base + view.getInt32(content + 8) : options.position;
  if (count === 0) return position;
  if (rowSize === 0) {
    addRun(timeline, { count, delta: duration, shift: 0 });
    return position + count * size;
  }

  const [hasDuration, hasSize, hasFlags, hasShift] = has;
  for (let row = first; row < first + count * rowSize;) {
    const delta = hasDuration ? view.getUint32(row) : duration;
    if (hasDuration) row += 4;
    position += hasSize ? view.getUint32(row) : size;
    if (hasSize) row += 4;
    if (hasFlags) row += 4;
    const shift = hasShift ? view.getInt32(row) : 0;
    if (hasShift) row += 4;
    addRun(timeline, { count: 1, delta, shift });
  }
  return position;
}
