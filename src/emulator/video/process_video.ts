import type { Platform } from "../platform.ts";
import { pause } from "../pause.ts";
import type { UploadSession } from "../session/upload_session.ts";
import { inspectVideo } from "./inspect_video.ts";
import { judgeVideo } from "./judge_video.ts";

/**
 * What happens to a completed video behind the scenes: it is looked at, transcoded (that is: some time passes), and
 * ends as `SUCCEEDED` or `FAILED`.
 */
export async function processVideo(session: UploadSession, platform: Platform): Promise<void> {
  const { options, sessions, closing } = platform;
  sessions.move(session, session.module === "media" ? "UPLOADED" : "TRANSCODING");
  const video = await inspectVideo(session.path);
  if (session.module === "media") sessions.move(session, "PROCESSING");
  await pause(options.transcodeMs, closing);
  const reason = options.inspect ? judgeVideo(session.module, video) : "";
  if (reason === "") session.facts = video ?? { duration: 0, width: 0, height: 0 };
  sessions.move(session, reason === "" ? "SUCCEEDED" : "FAILED", reason);
}
