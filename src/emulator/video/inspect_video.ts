import type { InputVideoTrack } from "mediabunny";
import type { VideoFacts } from "../session/upload_session.ts";
import type { ReadableFile } from "../storage.ts";

/** What was found in a file. */
export interface VideoInspection extends VideoFacts {
  /** Whether it is an MP4, and not QuickTime or WebM. */
  isMp4: boolean;
  /** Whether it has not been cut off. */
  isWhole: boolean;
}

/**
 * Looks at a video.
 *
 * @returns What was found, or `undefined` when it is no video at all.
 */
export async function inspectVideo(file: ReadableFile): Promise<VideoInspection | undefined> {
  // Outside of the `try`: what fails there is no word about the video.
  const cutOff = await isCutOff(file);
  // Loaded on first use: most of the emulator works without it, and it is the largest dependency by far.
  const { CustomSource, EncodedPacketSink, Input, MATROSKA, MP4, QTFF, WEBM } = await import("mediabunny");
  const source = new CustomSource({
    getSize: () => file.size(),
    read: (start, end) => file.read(start, end),
    prefetchProfile: "fileSystem",
    // What was read ahead in vain is read again when it is needed, and fails there.
    handleUnhandledError: () => {},
  });
  // Not all formats that it knows: a playlist would make it open whatever files are named in there.
  const input = new Input({ source, formats: [MP4, QTFF, WEBM, MATROSKA] });
  try {
    const track = await input.getPrimaryVideoTrack();
    if (track === null) return undefined;
    return {
      isMp4: await input.getFormat() === MP4,
      duration: await lengthOf(track),
      ...await sidesOf(track),
      isWhole: await new EncodedPacketSink(track).getPacket(Infinity) !== null && !cutOff,
    };
  } catch {
    return undefined;
  } finally {
    input.dispose();
  }
}

/** How long pictures are shown, to the millisecond: neither the sound counts nor what comes before 0. */
async function lengthOf(track: InputVideoTrack): Promise<number> {
  const start = Math.max(0, await track.getFirstTimestamp());
  return Math.round((await track.computeDuration() - start) * 1000) / 1000;
}

/** The stored pixels, the right way up: the shape of a pixel does not count. */
async function sidesOf(track: InputVideoTrack): Promise<Pick<VideoFacts, "width" | "height">> {
  const [width, height] = [await track.getCodedWidth(), await track.getCodedHeight()];
  return await track.getRotation() % 180 === 0 ? { width, height } : { width: height, height: width };
}

const HEADER_SIZE = 16;
/** The boxes that a video cannot do without; what else stands at the end of a file may be cut off. */
const NEEDED = ["moov", "moof", "mdat"];

/** Tells whether an MP4 file ends within an outermost box that it needs. */
async function isCutOff(file: ReadableFile): Promise<boolean> {
  const size = await file.size();
  let position = 0;
  let type = "";
  while (position < size) {
    const box = await readHeader(file, position);
    // A box that tells no size goes on to the end of the file, or is none.
    if (box.size < 8) return false;
    position += box.size;
    type = box.type;
  }
  return position > size && NEEDED.includes(type);
}

async function readHeader(file: ReadableFile, position: number): Promise<{ size: number; type: string }> {
  const bytes = new Uint8Array(HEADER_SIZE);
  bytes.set(await file.read(position, position + HEADER_SIZE));
  const header = new DataView(bytes.buffer);
  const size = header.getUint32(0);
  return {
    // 1 says that the size comes in 64 bits after the type.
    size: size === 1 ? Number(header.getBigUint64(8)) : size,
    type: new TextDecoder().decode(bytes.subarray(4, 8)),
  };
}
