import { rm } from "node:fs/promises";
import type { Platform } from "../platform.ts";
import { demandOpen } from "./demand_open.ts";
import { serially } from "./serially.ts";
import { statusOf, type UploadSession } from "./upload_session.ts";

/** What {@linkcode cancelSession} needs besides the session. */
export interface CancelSessionOptions {
  /** The emulator. */
  platform: Platform;
  /** Where the emulator was called. */
  origin: string;
}

/**
 * Ends a session without a video, and throws away what it has received. Cancelling it again changes nothing, so that a
 * cancel whose answer was lost can be sent again.
 *
 * @throws {Refusal} When it is completed.
 */
export function cancelSession(session: UploadSession, { platform, origin }: CancelSessionOptions): Promise<void> {
  return serially(session, async () => {
    if (statusOf(session) === "CANCELLED") return;
    demandOpen(session);
    platform.sessions.move(session, "CANCELLED", "Cancelled by the seller");
    await rm(session.path, { force: true });
    // The pushes of `media_space` know no such status.
    if (session.module === "media") platform.pushes.announce(session, origin);
  });
}
