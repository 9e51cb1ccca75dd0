import { sleep } from "../../async/sleep.ts";
import type { SessionStore } from "../session/session_store.ts";
import type { UploadSession } from "../session/upload_session.ts";
import { inspectVideo } from "./inspect_video.ts";
import { judgeVideo } from "./judge_video.ts";

/** What {@linkcode createVideoProcessor} needs. */
export interface VideoProcessorOptions {
  /** Where the uploads are kept. */
  sessions: SessionStore;
  /** Milliseconds that it takes for a video. */
  transcodeMs: number;
  /** Whether the videos are judged. */
  inspect: boolean;
  /** Called with an upload that has ended. */
  announce: (session: UploadSession, origin: string) => void;
  /** Aborts when the emulator closes. */
  closing: AbortSignal;
}

/** What happens to completed videos behind the scenes. */
export interface VideoProcessor {
  /** Begins with a completed video, which ends as `SUCCEEDED` or `FAILED`; the URLs of a push begin with `origin`. */
  process(session: UploadSession, origin: string): void;
  /** Resolves when nothing goes on any more. */
  settled(): Promise<void>;
}

/** Creates the processor, with nothing to do. */
export function createVideoProcessor(options: VideoProcessorOptions): VideoProcessor {
  const { sessions, transcodeMs, inspect, announce, closing } = options;
  const running = new Set<Promise<void>>();

  async function run(session: UploadSession, origin: string): Promise<void> {
    const video = await inspectVideo(session.file);
    if (session.module === "media") sessions.move(session, "PROCESSING");
    if (transcodeMs > 0) await sleep(transcodeMs, closing);
    const reason = inspect ? judgeVideo(session.module, video) : "";
    if (reason === "") session.facts = video ?? { duration: 0, width: 0, height: 0 };
    sessions.move(session, reason === "" ? "SUCCEEDED" : "FAILED", reason);
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
