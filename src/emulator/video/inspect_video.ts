import type { VideoFacts } from "../session/upload_session.ts";

/** What was found in a file. */
export interface VideoInspection extends VideoFacts {
  /** Name of the container, such as `MP4` or `QuickTime File Format`. */
  container: string;
  /** Whether the last picture is there: it is not in a file that was cut off. */
  isWhole: boolean;
}

/**
 * Looks at a video.
 *
 * @param path Where it is.
 * @returns What was found, or `undefined` when it is no video at all.
 */
export async function inspectVideo(path: string): Promise<VideoInspection | undefined> {
  // Loaded on first use: most of the emulator works without it, and it is the largest dependency by far.
  const { ALL_FORMATS, EncodedPacketSink, FilePathSource, Input } = await import("mediabunny");
  const input = new Input({ source: new FilePathSource(path), formats: ALL_FORMATS });
  try {
    const track = await input.getPrimaryVideoTrack();
    if (track === null) return undefined;
    return {
      container: (await input.getFormat()).name,
      duration: await track.computeDuration(),
      width: await track.getDisplayWidth(),
      height: await track.getDisplayHeight(),
      isWhole: await new EncodedPacketSink(track).getPacket(Infinity) !== null,
    };
  } catch {
    return undefined;
  } finally {
    input.dispose();
  }
}
