import { rm } from "node:fs/promises";
import type { EmulatorContext } from "../context.ts";
import { demandOpen } from "./demand_open.ts";
import { serially } from "./serially.ts";
import { statusOf, type UploadSession } from "./upload_session.ts";

/** What {@linkcode cancelSession} needs besides the session. */
export interface CancelSessionOptions {
  /** The emulator. */
  context: EmulatorContext;
  /** Where the emulator was called. */
  origin: string;
}

/**
 * Ends a session without a video, and throws away what it has received. Cancelling it again changes nothing, so that a
 * cancel whose answer was lost can be sent again.
 *
 * @throws {Refusal} When it is completed.
 */
export function cancelSession(session: UploadSession, { context, origin }: CancelSessionOptions): Promise<void> {
  return serially(session, async () => {
    if (statusOf(session) === "CANCELLED") return;
    demandOpen(session);
    context.sessions.move(session, "CANCELLED", "Cancelled by the seller");
    await rm(session.path, { force: true });
    // The pushes of `media_space` know no such status.
    if (session.module === "media") context.pushes.announce(session, origin);
  });
}
