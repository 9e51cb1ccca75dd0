import { sleep } from "../../async/sleep.ts";
import { isMp4, readMp4 } from "../../preflight/inspect_video.ts";
import { type ReadableFile, readRange, UnreadableFileError } from "../../preflight/readable_file.ts";
import type { Module, SessionStore, UploadSession, VideoFacts } from "../session/upload_session.ts";
import type { VerdictList } from "./verdict_list.ts";

/** What the emulator thinks of a video. */
export interface Judgement {
  /** Why it is refused, `""` when it is not. */
  reason: string;
  /** What was found in it; `undefined` for what cannot be read. */
  facts?: VideoFacts | undefined;
}

interface VideoRules {
  /** Seconds, inclusive. */
  minDuration: number;
  /** Seconds, inclusive. */
  maxDuration: number;
  /** Pixels of either side. */
  maxSide: number;
}

const RULES: Readonly<Record<Module, VideoRules>> = {
  media_space: { minDuration: 10, maxDuration: 60, maxSide: 1280 },
  media: { minDuration: 1, maxDuration: 180, maxSide: Infinity },
};
const WRONG_FORMAT = "Video format is not supported";
/** Bytes that tell a file's format. */
const HEAD_SIZE = 64;

/**
 * Looks at the video of an upload that is complete, and judges it by the rules of the module that it was sent to. What is
 * in a file is read as preflight reads it; what that means is told here, on its own.
 */
export async function judgeVideo(session: UploadSession, signal: AbortSignal): Promise<Judgement> {
  const file = readable(session);
  const head = await readRange(file, { start: 0, end: HEAD_SIZE, signal });
  if (!await isMp4(file, head, signal)) return { reason: WRONG_FORMAT };
  try {
    const { container, duration, width, height } = await readMp4(file, { signal });
    if (duration === null || width === null || height === null) return { reason: WRONG_FORMAT };
    const facts = { duration, width, height };
    return { reason: container === "mp4" ? refuse(facts, RULES[session.module]) : WRONG_FORMAT, facts };
  } catch (error) {
    if (error instanceof UnreadableFileError) return { reason: "Video file is broken" };
    throw error;
  }
}

function refuse({ duration, width, height }: VideoFacts, { minDuration, maxDuration, maxSide }: VideoRules): string {
  if (duration < minDuration) return "Video is too short";
  if (duration > maxDuration) return "Video is too long";
  if (Math.max(width, height) > maxSide) return "Video resolution is too large";
  return "";
}

/** All its bytes are there. */
function readable({ file, size }: UploadSession): ReadableFile {
  return {
    size,
    slice: (start, end) => ({ arrayBuffer: async () => (await file.read(start, Math.min(end, size))).buffer }),
  };
}

/** What {@linkcode createVideoProcessor} needs. */
export interface VideoProcessorOptions {
  /** Where the uploads are kept. */
  sessions: SessionStore;
  /** Milliseconds that it takes for a video. */
  transcodeMs: number;
  /** Whether the videos are judged. */
  inspect: boolean;
  /** What was said beforehand about how videos end. */
  verdicts: VerdictList;
  /** Called with an upload that has ended. */
  announce: (session: UploadSession, origin: string) => void;
  /** Aborts when the emulator closes. */
  closing: AbortSignal;
}

/** What happens to completed videos behind the scenes. */
export interface VideoProcessor {
  /**
   * Begins with a completed video, which ends as `SUCCEEDED` or `FAILED`, or as a verdict has it; the URLs of a push begin
   * with `origin`.
   */
  process(session: UploadSession, origin: string): void;
  /** Resolves when nothing goes on any more. */
  settled(): Promise<void>;
}

/** Creates the processor, with nothing to do. */
export function createVideoProcessor(options: VideoProcessorOptions): VideoProcessor {
  const { sessions, inspect, verdicts, announce, closing } = options;
  const running = new Set<Promise<void>>();

  async function run(session: UploadSession, origin: string): Promise<void> {
    // Before anything is waited for: of two videos, the one that was completed first has the first verdict.
    const verdict = verdicts.take(session);
    const { transcodeMs = options.transcodeMs } = verdict ?? {};
    const { reason, facts = { duration: 0, width: 0, height: 0 } } = await judgeVideo(session, closing);
    if (session.module === "media") sessions.move(session, "PROCESSING");
    if (transcodeMs > 0) await sleep(transcodeMs, closing);
    const found = inspect && reason !== ""
      ? { status: "FAILED", message: reason }
      : { status: "SUCCEEDED", message: "" };
    const { status = found.status, message = found.message } = verdict ?? {};
    if (status === "SUCCEEDED") session.facts = facts;
    sessions.move(session, status, message);
    announce(session, origin);
  }

  function tell(error: unknown): void {
    if (!closing.aborted) console.error(error);
  }

  return {
    process(session, origin) {
      const ended = run(session, origin).catch(tell).finally(() => running.delete(ended));
      running.add(ended);
    },
    async settled() {
      await Promise.all(running);
    },
  };
}
