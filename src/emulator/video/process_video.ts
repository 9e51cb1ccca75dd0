import { sleep } from "../../async/sleep.ts";
import type { EmulatorContext } from "../context.ts";
import type { UploadSession } from "../session/upload_session.ts";
import { inspectVideo } from "./inspect_video.ts";
import { judgeVideo } from "./judge_video.ts";

/** What {@linkcode processVideo} needs besides the session. */
export interface ProcessVideoOptions {
  /** The emulator. */
  context: EmulatorContext;
  /** Where the emulator was called. */
  origin: string;
}

/**
 * What happens to a completed video behind the scenes: it is looked at, transcoded (that is: some time passes), and
 * ends as `SUCCEEDED` or `FAILED`, of which a push tells.
 */
export async function processVideo(session: UploadSession, { context, origin }: ProcessVideoOptions): Promise<void> {
  const { options, sessions, pushes, closing } = context;
  sessions.move(session, session.module === "media" ? "UPLOADED" : "TRANSCODING");
  const video = await inspectVideo(session.path);
  if (session.module === "media") sessions.move(session, "PROCESSING");
  if (options.transcodeMs > 0) await sleep(options.transcodeMs, closing);
  const reason = options.inspect ? judgeVideo(session.module, video) : "";
  if (reason === "") session.facts = video ?? { duration: 0, width: 0, height: 0 };
  sessions.move(session, reason === "" ? "SUCCEEDED" : "FAILED", reason);
  pushes.announce(session, origin);
}
