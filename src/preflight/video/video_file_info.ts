/** What a video file says of itself. */
export interface VideoFileInfo {
  /** How the file is packed, by its content and not by its name. */
  container: "mp4" | "mov" | "webm" | "mkv";
  /** Content type of the container, such as `video/mp4`. */
  mimeType: string;
  /**
   * Seconds from the first frame to the end of the last one, rounded to whole milliseconds. The video track counts, and
   * neither the sound nor what the file's header says: sound is stored in pieces of some 20 ms, so that with a video of
   * exactly 60 s it often lasts 60.02 s. `null` without a video track, and for a WebM or Matroska file that does not tell.
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
