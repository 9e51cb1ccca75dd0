import { sleep } from "../../async/sleep.ts";
import type { SessionStore } from "../session/session_store.ts";
import type { UploadSession } from "../session/upload_session.ts";
import { judgeVideo } from "./judge_video.ts";
import type { VerdictList } from "./verdict_list.ts";

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
    const { status, message } = { ...found, ...verdict };
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
