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

/** What {@linkcode videoTrack} can be told. */
export interface VideoTrackOptions {
  /** Ticks in a second. @default 1000 */
  timescale?: number;
  /** Tick at which the first frame to be shown begins. @default 0 */
  mediaTime?: number;
  /** Boxes in the description of the frames. */
  description?: Uint8Array[];
}

/** A video track of 640 × 360 pixels with the given boxes in its sample table. */
export function videoTrack(tables: Uint8Array[] = [], options: VideoTrackOptions = {}): Uint8Array<ArrayBuffer> {
  const { timescale = 1000, mediaTime = 0, description = [] } = options;
  const matrix = [0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000];
  const entry = box("avc1", 0, 1, 0, 0, 0, 0, (640 << 16) | 360, new Uint8Array(50), ...description);
  return box(
    "trak",
    box("tkhd", 1, 0, 0, 1, 0, 12_000, 0, 0, 0, 0, ...matrix, 640 << 16, 360 << 16),
    box("edts", box("elst", 0, 1, 12_000, mediaTime, 0x10000)),
    box(
      "mdia",
      box("mdhd", 0, 0, 0, timescale, 12_000, 0x55c40000),
      box("hdlr", 0, 0, "vide", 0, 0, 0, "\0"),
      box("minf", box("stbl", box("stsd", 0, 1, entry), ...tables)),
    ),
  );
}

/** The index of a file with the given boxes after its header. */
export function movie(...boxes: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const matrix = [0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000];
  return box("moov", box("mvhd", 0, 0, 0, 1000, 12_000, 0x10000, 0, 0, 0, ...matrix, 0, 0, 0, 0, 0, 0, 2), ...boxes);
}
