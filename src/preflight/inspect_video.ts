import { type Box, type Bytes, childBoxes, contentOf, createReader, damaged, readBox, type Work } from "./mp4/boxes.ts";
import { addFragment, type FragmentedTrack } from "./mp4/samples.ts";
import { isQuarterTurn, readTimescale, readTrack, type Track } from "./mp4/track.ts";
import { type InspectOptions, type ReadableFile, readRange, unreadable } from "./readable_file.ts";
import { sniffImageFormat } from "./sniff_image_format.ts";

/** What a video file says of itself. */
export interface VideoFileInfo {
  /** How the file is packed, by its content and not by its name. */
  container: "mp4" | "mov" | "webm" | "mkv";
  /** Content type of the container, such as `video/mp4`. */
  mimeType: string;
  /**
   * Seconds from the first frame to the end of the last one, rounded to whole milliseconds. The video track counts, and
   * neither the sound nor what the file's header says: sound is stored in pieces of some 20 ms, so that with a video of
   * exactly 60 s it often lasts 60.02 s. `null` without a video track, and for a WebM or Matroska file.
   */
  duration: number | null;
  /** Stored pixels from left to right after the turn that the file asks for; `null` without a video track. */
  width: number | null;
  /** Stored pixels from top to bottom after the turn that the file asks for; `null` without a video track. */
  height: number | null;
  /** Such as `avc` (H.264), `hevc`, `vp9`, `av1`; the file's own name for any other. `null` without a video track. */
  videoCodec: string | null;
  /** Such as `aac`, `mp3`, `opus`; the file's own name for any other. `null` without a sound track. */
  audioCodec: string | null;
  /** Bytes in the file. */
  size: number;
}

const SNIFFED_SIZE = 64;
/** How a WebM or Matroska file begins, and the name of its kind that follows soon. */
const EBML = "\x1aE\xdf\xa3";
const EBML_KIND = /\x42\x82.(webm|matroska)/;

/**
 * Tells what a video file says of itself. Of an MP4 or QuickTime file it reads the index and none of the media, wherever
 * in the file the index is. Of a WebM or Matroska file, which Shopee does not take, it tells that it is one.
 *
 * @param blob The file, a `Blob` or anything read like one; in Node.js `openAsBlob` of `node:fs` gives one without reading it.
 * @param options A signal.
 * @returns Container, duration, pixels, codecs and size.
 * @throws {InvalidInputError} It is empty, damaged, cut off or no MP4, QuickTime, WebM or Matroska file.
 * @example
 * ```ts
 * import { openAsBlob } from "node:fs";
 * import { inspectVideo } from "shopee-media/preflight";
 *
 * const info = await inspectVideo(await openAsBlob("test/assets/video/ok.mp4"));
 * console.assert(info.duration === 12 && info.width === 320);
 * ```
 */
export async function inspectVideo(blob: ReadableFile, options: InspectOptions = {}): Promise<VideoFileInfo> {
  const { signal } = options;
  const { size } = blob;
  if (size === 0) throw unreadable("video", "the file is empty");

  const head = await readRange(blob, { start: 0, end: SNIFFED_SIZE, signal });
  const image = sniffImageFormat(head);
  if (image !== undefined) throw unreadable("video", `it is an image (${image})`);
  if (await isMp4(blob, head, signal)) {
    const facts = await readMp4(blob, { signal });
    const mimeType = facts.container === "mp4" ? "video/mp4" : "video/quicktime";
    return { ...facts, mimeType, size };
  }

  const text = String.fromCharCode(...head);
  const kind = text.startsWith(EBML) ? EBML_KIND.exec(text)?.[1] : undefined;
  if (kind === undefined) throw unreadable("video", "it is neither MP4 nor QuickTime, WebM or Matroska");
  const unknown = { duration: null, width: null, height: null, videoCodec: null, audioCodec: null };
  return kind === "webm"
    ? { container: "webm", mimeType: "video/webm", ...unknown, size }
    : { container: "mkv", mimeType: "video/x-matroska", ...unknown, size };
}

/** What an MP4 or QuickTime file holds. */
export interface Mp4Facts {
  container: "mp4" | "mov";
  /** Seconds for which its pictures are shown, to the millisecond; `null` without a video track. */
  duration: number | null;
  /** Stored pixels after the turn that the file asks for; `null` without a video track. */
  width: number | null;
  height: number | null;
  /** Such as `avc`, `aac`; the file's own name for what is not known here; `null` without such a track. */
  videoCodec: string | null;
  audioCodec: string | null;
}

/** Options of {@linkcode readMp4}. */
export interface ReadMp4Options {
  /** Ends the reading, which then rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** Counts what it costs. */
  work?: Work | undefined;
}

/** Bytes of index that are loaded. Three minutes of video need some 100 KB, an hour some MB. */
const MAX_INDEX_SIZE = 32 * 2 ** 20;
/** Boxes that lie in none. A fragment and its media for every frame of three minutes are 43 200. */
const MAX_FILE_BOXES = 65_536;
/** Nine hours of them, 30 a second. A few bytes can claim four billion. */
const MAX_FRAMES = 1_000_000;
/** A video has two or three. */
const MAX_TRACKS = 64;
/** Edits are as long as whole ticks of the movie: one that is short by less than a tick, and than so many seconds, is whole. */
const EDIT_TOLERANCE = 0.02;
/** What a file cannot do without; what else stands at its end may be cut off, or garbage, and no player cares. */
const NEEDED: ReadonlySet<string> = new Set(["ftyp", "moov", "moof", "mdat"]);
const FIRST_BOXES: ReadonlySet<string> = new Set(
  ["ftyp", "styp", "moov", "mdat", "free", "skip", "wide", "pnot", "uuid", "sidx", "emsg", "prft", "meta", "udta"],
);

/**
 * Whether a file is an MP4, a QuickTime or another file of their family. Most begin with an `ftyp`, some with another box
 * of theirs, and a few with one that is known to nobody but their writer.
 */
export async function isMp4(file: ReadableFile, head: Uint8Array, signal?: AbortSignal): Promise<boolean> {
  if (FIRST_BOXES.has(typeAt(head, 4))) return true;
  if (!/^[\w ]{4}$/.test(typeAt(head, 4))) return false;
  const second = new DataView(head.buffer, head.byteOffset).getUint32(0);
  if (second < 8 || second > file.size - 8) return false;
  return FIRST_BOXES.has(typeAt(await readRange(file, { start: second, end: second + 8, signal }), 4));
}

function typeAt(bytes: Uint8Array, offset: number): string {
  return String.fromCharCode(...bytes.subarray(offset, offset + 4));
}

/**
 * Reads what an MP4 or QuickTime file holds, from its index and nothing of its media. Whatever the file claims, the cost
 * stays within what its size allows for: counts are limited, tables are read by their rows and not by what a row claims,
 * and no box within a box is followed that does not belong there.
 *
 * @throws {InvalidInputError} The file is cut off or damaged, or its index is absurdly large.
 */
export async function readMp4(file: ReadableFile, options: ReadMp4Options = {}): Promise<Mp4Facts> {
  const { signal, work = { boxes: 0, bytesRead: 0, bytesAllocated: 0 } } = options;
  const reader = createReader(file, { work, signal });
  let brand: string | undefined;
  let movie: Movie | undefined;
  let indexSize = 0;
  for (let start = 0, count = 0; start + 8 <= file.size; count++) {
    if (count === MAX_FILE_BOXES) throw unreadable("video", `it has more than ${MAX_FILE_BOXES} boxes`);
    const headerEnd = Math.min(start + 16, file.size);
    const header = readBox(
      reader.held(start, headerEnd) ?? await reader.load(start, headerEnd),
      0,
      file.size - start,
    );
    if (header === undefined) break;
    const { type } = header;
    const end = start + header.end;
    if (end > file.size) {
      if (!NEEDED.has(type)) break;
      throw unreadable(
        "video",
        `it is cut off: its box "${type}" ends at byte ${end}, the file at byte ${file.size}`,
      );
    }
    const isIndex = movie === undefined ? type === "moov" : type === "moof";
    if (isIndex) indexSize += header.end;
    if (indexSize > MAX_INDEX_SIZE) {
      throw unreadable("video", `its index has ${indexSize} bytes, more than ${MAX_INDEX_SIZE} are not looked at`);
    }
    if (isIndex || (type === "ftyp" && brand === undefined)) {
      const bytes = reader.held(start, end) ?? await reader.load(start, end);
      if (type === "ftyp") brand = readBrand(bytes, header);
      else if (movie === undefined) movie = readMovie(bytes, header);
      else addFragment(bytes, header, { start, tracks: movie.fragmented });
    }
    start = end;
  }
  if (movie === undefined) {
    throw unreadable("video", 'it has no index (box "moov"): it is cut off, or its recording was never finished');
  }
  const mediaEnd = Math.max(0, ...movie.tracks.map(({ timeline }) => timeline.mediaEnd));
  if (mediaEnd > file.size) {
    throw unreadable(
      "video",
      `it is cut off: its media goes on to byte ${mediaEnd}, the file ends at byte ${file.size}`,
    );
  }
  return { container: brand === undefined || brand === "qt  " ? "mov" : "mp4", ...describe(movie) };
}

function readBrand({ view }: Bytes, ftyp: Box): string {
  const content = contentOf(ftyp, 4);
  return String.fromCharCode(...[0, 1, 2, 3].map((index) => view.getUint8(content + index)));
}

/** What the index says. */
interface Movie {
  /** Ticks in a second of the film; 0 where it does not say. */
  timescale: number;
  isTurned: boolean;
  tracks: Track[];
  /** Those that may go on in fragments, by their numbers. */
  fragmented: ReadonlyMap<number, FragmentedTrack>;
}

function readMovie(bytes: Bytes, moov: Box): Movie {
  let header = { timescale: 0, isTurned: false };
  const tracks: Track[] = [];
  let mvex: Box | undefined;
  let trackCount = 0;
  for (const box of childBoxes(bytes, moov, ["mvhd", "trak", "mvex"])) {
    if (box.type === "mvhd") header = readMovieHeader(bytes.view, box);
    if (box.type === "mvex") mvex ??= box;
    if (box.type !== "trak") continue;
    trackCount += 1;
    if (trackCount > MAX_TRACKS) throw unreadable("video", `it has more than ${MAX_TRACKS} tracks`);
    const track = readTrack(bytes, box);
    if (track !== undefined) tracks.push(track);
  }
  return { ...header, tracks, fragmented: mvex === undefined ? new Map() : readExtensions(bytes, mvex, tracks) };
}

/** Reads what the fragments of each track leave out. */
function readExtensions(bytes: Bytes, mvex: Box, tracks: readonly Track[]): Map<number, FragmentedTrack> {
  const { view } = bytes;
  const found = new Map<number, FragmentedTrack>();
  for (const trex of childBoxes(bytes, mvex, ["trex"])) {
    const content = contentOf(trex, 24);
    const id = view.getUint32(content + 4);
    const timeline = tracks.find((track) => track.id === id)?.timeline;
    const [duration, size] = [view.getUint32(content + 12), view.getUint32(content + 16)];
    found.set(id, { timeline, duration, size, hasFragments: false });
    if (found.size > MAX_TRACKS) throw unreadable("video", `it has more than ${MAX_TRACKS} tracks`);
  }
  return found;
}

function readMovieHeader(view: DataView, mvhd: Box): Pick<Movie, "timescale" | "isTurned"> {
  const matrix = view.getUint8(contentOf(mvhd, 4)) === 1 ? 48 : 36;
  const content = contentOf(mvhd, matrix + 36);
  return { timescale: readTimescale(view, mvhd), isTurned: isQuarterTurn(view, content + matrix) };
}

function describe(movie: Movie): Omit<Mp4Facts, "container"> {
  const { tracks } = movie;
  const sound = tracks.filter(({ kind }) => kind === "sound");
  const audioCodec = (sound.find(({ isEnabled }) => isEnabled) ?? sound[0])?.codec ?? null;
  const video = chooseVideo(tracks);
  if (video === undefined) return { duration: null, width: null, height: null, videoCodec: null, audioCodec };

  const duration = Math.round(shownTicks(video, movie) / video.timescale * 1000) / 1000;
  const isTurned = video.isTurned !== movie.isTurned;
  const [width, height] = isTurned ? [video.height, video.width] : [video.width, video.height];
  if (!(width > 0 && height > 0 && Number.isFinite(duration))) {
    throw damaged(`it tells ${width} x ${height} pixels and ${duration} s`);
  }
  return { duration, width, height, videoCodec: video.codec, audioCodec };
}

/**
 * Of several tracks with pictures, the one that is the video: not a thumbnail, not the pictures of chapters, none that is
 * switched off if another is not, and of the rest the one with the most frames.
 */
function chooseVideo(tracks: readonly Track[]): Track | undefined {
  const chapters = new Set(tracks.flatMap(({ chapterTracks }) => chapterTracks));
  const videos = tracks.filter(({ kind, id, codec, timeline }) => {
    const isPicture = codec === "jpeg" || codec === "png";
    return kind === "video" && !chapters.has(id) && !(isPicture && timeline.samples <= 1);
  });
  const rank = ({ isEnabled, timeline }: Track) => (isEnabled ? 2 ** 32 : 0) + timeline.samples;
  return videos.sort((a, b) => rank(b) - rank(a))[0];
}

/** For how long a track is shown, from the first frame to the end of the last one, in its own ticks. */
function shownTicks(track: Track, movie: Movie): number {
  const { timeline: { samples, start, end }, timescale, edits, id } = track;
  if (samples === 0) throw damaged("its video track has no frames");
  if (samples > MAX_FRAMES) {
    throw unreadable("video", `it claims to have ${samples} frames, more than ${MAX_FRAMES} are not believed`);
  }
  // Frames before 0 are there for decoding alone.
  if (edits.length === 0) return end - Math.max(0, start);

  const tick = timescale / movie.timescale;
  const tolerance = Math.min(tick, timescale * EDIT_TOLERANCE);
  let shown = 0;
  let gap = 0;
  for (const [index, { duration, mediaTime }] of edits.entries()) {
    // The last edit of a film in fragments was written before them, and goes on to the end.
    const isLast = index === edits.length - 1;
    const isOpen = !(tick < Infinity) || (isLast && movie.fragmented.get(id)?.hasFragments === true);
    if (mediaTime < 0) {
      if (shown > 0 && !isOpen) gap += duration * tick;
      continue;
    }
    const rest = end - Math.max(mediaTime, start);
    const length = isOpen || duration * tick > rest - tolerance ? rest : duration * tick;
    if (length <= 0) continue;
    shown += gap + length;
    gap = 0;
  }
  if (shown === 0) throw damaged("its edit list shows none of its frames");
  return shown;
}
