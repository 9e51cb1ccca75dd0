/** Makes an MP4 box; numbers are 32-bit fields. */
export function box(type: string, ...content: (number | string | Uint8Array)[]): Uint8Array<ArrayBuffer> {
  const body = content.map(toBytes);
  const size = 8 + body.reduce((sum, bytes) => sum + bytes.byteLength, 0);
  const parts = [toBytes(size), toBytes(type), ...body];
  const joined = new Uint8Array(size);
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.byteLength;
  }
  return joined;
}

function toBytes(content: number | string | Uint8Array): Uint8Array {
  if (typeof content === "string") return Uint8Array.from(content, (letter) => letter.charCodeAt(0));
  if (typeof content !== "number") return content;
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, content);
  return bytes;
}

/** The beginning of an MP4 file. */
export const FTYP: Uint8Array<ArrayBuffer> = box("ftyp", "isom", 512, "isomiso2avc1mp41");

/** What {@linkcode track} can be told. */
export interface TrackOptions {
  /** Ticks in a second. @default 1000 */
  timescale?: number;
  /** Tick at which the first frame to be shown begins. @default 0 */
  mediaTime?: number;
  /** Milliseconds that are shown from there on. @default 12_000 */
  shown?: number;
  /** Boxes in the description of the frames or of the sound. */
  description?: Uint8Array[];
  /** More descriptions. */
  entries?: Uint8Array[];
  /** Makes it a sound track. @default false */
  isSound?: boolean;
}

/** A track, usually of video of 640 × 360 pixels with the given boxes in its sample table. */
export function track(tables: Uint8Array[] = [], options: TrackOptions = {}): Uint8Array<ArrayBuffer> {
  const { timescale = 1000, mediaTime = 0, shown = 12_000, description = [], entries = [], isSound = false } = options;
  const matrix = [0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000];
  const entry = isSound
    ? box("mp4a", 0, 1, 0, 0, (2 << 16) | 16, 0, 44_100 * 2 ** 16, ...description)
    : box("avc1", 0, 1, 0, 0, 0, 0, (640 << 16) | 360, new Uint8Array(50), ...description);
  return box(
    "trak",
    box("tkhd", 1, 0, 0, 1, 0, 12_000, 0, 0, 0, 0, ...matrix, 640 << 16, 360 << 16),
    box("edts", box("elst", 0, 1, shown, mediaTime, 0x10000)),
    box(
      "mdia",
      box("mdhd", 0, 0, 0, timescale, 12_000, 0x55c40000),
      box("hdlr", 0, 0, isSound ? "soun" : "vide", 0, 0, 0, "\0"),
      box("minf", box("stbl", box("stsd", 0, 1 + entries.length, entry, ...entries), ...tables)),
    ),
  );
}

/** The index of a file with the given boxes after its header. */
export function movie(...boxes: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const matrix = [0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000];
  return box("moov", box("mvhd", 0, 0, 0, 1000, 12_000, 0x10000, 0, 0, 0, ...matrix, 0, 0, 0, 0, 0, 0, 2), ...boxes);
}
