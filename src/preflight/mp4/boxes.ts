import { type ReadableFile, readRange, unreadable, type UnreadableFileError } from "../readable_file.ts";

/** Where a box lies, in bytes of what it was found in: the file, or a {@linkcode Bytes}. */
export interface Box {
  /** Four letters, such as `moov`. */
  type: string;
  /** First byte of its header. */
  start: number;
  /** First byte after its header. */
  content: number;
  /** First byte after the box. It may lie behind the end of the file. */
  end: number;
}

/** What reading a file has cost so far. Every loop over what a file claims to hold is bounded by it. */
export interface Work {
  /** Boxes whose header was looked at. */
  boxes: number;
  /** Bytes that were read of the file. */
  bytesRead: number;
  /** Bytes of memory that were taken, all in all: for what was read, and for each box. */
  bytesAllocated: number;
}

/** A piece of a file in memory. */
export interface Bytes {
  view: DataView;
  work: Work;
}

/** Reads the bytes of a file. */
export interface Reader {
  /** Those from `start` to `end`, if they were read before: a file can be hundreds of thousands of boxes long. */
  held(start: number, end: number): Bytes | undefined;
  /** The same, read from the file. */
  load(start: number, end: number): Promise<Bytes>;
}

/** A film with a fragment for every frame of three minutes has some 150 000; more than this is an attack on our time. */
const MAX_BOXES = 262_144;
/** Bytes that the description of a box takes. */
const BOX_COST = 72;
const HEADER_SIZE = 8;
const LARGE_HEADER_SIZE = 16;
/** Bytes that are read ahead at least and at most, and up to which distance a read counts as the next one. */
const MIN_AHEAD = 256;
const MAX_AHEAD = 65_536;
const NEAR = 4096;

/**
 * Makes what reads a file from its beginning to its end. It reads a little more than it is asked for, and ever more where
 * one read follows closely upon the other: a file of many small boxes is read in a few pieces, and of one that consists of
 * large ones hardly more than their headers.
 */
export function createReader(file: ReadableFile, options: { work: Work; signal?: AbortSignal | undefined }): Reader {
  const { work, signal } = options;
  let start = 0;
  let bytes: Uint8Array<ArrayBuffer> = new Uint8Array();
  let ahead = MIN_AHEAD;

  const viewOf = (from: number, to: number) => ({ view: new DataView(bytes.buffer, from - start, to - from), work });

  return {
    held: (from, to) => from >= start && to <= start + bytes.byteLength ? viewOf(from, to) : undefined,
    async load(from, to) {
      const isNext = from <= start + bytes.byteLength + NEAR;
      ahead = isNext ? Math.min(ahead * 2, MAX_AHEAD) : MIN_AHEAD;
      bytes = await readRange(file, { start: from, end: Math.min(Math.max(to, from + ahead), file.size), signal });
      start = from;
      work.bytesRead += bytes.byteLength;
      work.bytesAllocated += bytes.byteLength;
      return viewOf(from, to);
    },
  };
}

/**
 * Reads the header of a box.
 *
 * @param offset Where it begins in the bytes.
 * @param limit Where a box ends that has no size of its own, but goes on to the end.
 * @returns The box; `undefined` where there is none.
 */
export function readBox({ view, work }: Bytes, offset: number, limit: number): Box | undefined {
  if (offset + HEADER_SIZE > view.byteLength) return undefined;
  work.boxes += 1;
  work.bytesAllocated += BOX_COST;
  if (work.boxes > MAX_BOXES) throw unreadable("video", `it has more than ${MAX_BOXES} boxes`);

  const type = String.fromCharCode(
    view.getUint8(offset + 4),
    view.getUint8(offset + 5),
    view.getUint8(offset + 6),
    view.getUint8(offset + 7),
  );
  const size = view.getUint32(offset);
  if (size === 0) return { type, start: offset, content: offset + HEADER_SIZE, end: limit };
  if (size !== 1) {
    return size < HEADER_SIZE ? undefined : { type, start: offset, content: offset + HEADER_SIZE, end: offset + size };
  }
  if (offset + LARGE_HEADER_SIZE > view.byteLength) return undefined;
  const largeSize = uint64(view, offset + HEADER_SIZE);
  if (largeSize < LARGE_HEADER_SIZE) return undefined;
  return { type, start: offset, content: offset + LARGE_HEADER_SIZE, end: offset + largeSize };
}

/**
 * Lists the boxes of some types that lie in another one. Where its bytes stop making boxes, the list ends, as it does in
 * every player.
 *
 * @param from Where the first one begins. @default where the content of `parent` does
 * @throws {InvalidInputError} One of them is longer than `parent`.
 */
export function* childBoxes(
  bytes: Bytes,
  parent: Box,
  types: readonly string[],
  from: number = parent.content,
): Generator<Box> {
  let offset = from;
  while (offset + HEADER_SIZE <= parent.end) {
    const box = readBox(bytes, offset, parent.end);
    if (box === undefined) return;
    const isWanted = types.includes(box.type);
    if (box.content > parent.end || box.end > parent.end) {
      if (isWanted) throw damaged(`inside the box "${parent.type}"`);
      return;
    }
    if (isWanted) yield box;
    offset = box.end;
  }
}

/** Finds the first box of each of some types among those that lie in another one. */
export function findBoxes<Type extends string>(
  bytes: Bytes,
  parent: Box,
  types: readonly Type[],
): Partial<Record<Type, Box>> {
  const found: Partial<Record<string, Box>> = {};
  for (const box of childBoxes(bytes, parent, types)) found[box.type] ??= box;
  return found as Partial<Record<Type, Box>>;
}

/**
 * Makes sure that a box holds what is going to be read of it.
 *
 * @param length Bytes of its content.
 * @returns Where its content begins.
 */
export function contentOf(box: Box, length: number): number {
  if (box.content + length > box.end) throw damaged(`the box "${box.type}" is too short for what it claims to hold`);
  return box.content;
}

/** The error of an index that cannot be what it says. */
export function damaged(how: string): UnreadableFileError {
  return unreadable("video", `its index is damaged: ${how}`);
}

/** A field of 64 bits; beyond 2^53 it is not exact, which no file is large or long enough for. */
export function uint64(view: DataView, offset: number): number {
  return view.getUint32(offset) * 2 ** 32 + view.getUint32(offset + 4);
}

/** A field of 64 bits with a sign. */
export function int64(view: DataView, offset: number): number {
  return view.getInt32(offset) * 2 ** 32 + view.getUint32(offset + 4);
}
