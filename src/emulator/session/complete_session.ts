import type { EmulatorContext } from "../context.ts";
import { Refusal } from "../api/refusal.ts";
import { processVideo } from "../video/process_video.ts";
import { demandAllParts } from "./demand_all_parts.ts";
import { demandOpen } from "./demand_open.ts";
import { fileMd5 } from "./file_md5.ts";
import { serially } from "./serially.ts";
import type { UploadSession } from "./upload_session.ts";

/** What {@linkcode completeSession} needs besides the session. */
export interface CompleteSessionOptions {
  /** The emulator. */
  context: EmulatorContext;
  /** Where the emulator was called. */
  origin: string;
  /** Throws what else is wrong, once the session is known to be open. */
  check?: () => void;
}

/**
 * Takes the upload as whole, and begins to process the video.
 *
 * @throws {Refusal} When the session is not open, a part is missing, or the whole is not what was announced; the
 * session stays open then.
 */
export function completeSession(session: UploadSession, options: CompleteSessionOptions): Promise<void> {
  const { context, origin, check } = options;
  return serially(session, async () => {
    demandOpen(session);
    check?.();
    demandAllParts(session);
    await demandMd5(session);
    context.background.add(processVideo(session, { context, origin }));
  });
}

async function demandMd5(session: UploadSession): Promise<void> {
  if (session.md5 === undefined) return;
  const found = await fileMd5(session.path);
  if (found !== session.md5) throw new Refusal("wrongFileMd5", found, session.md5);
}
