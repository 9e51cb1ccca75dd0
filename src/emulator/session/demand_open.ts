import { Refusal } from "../api/refusal.ts";
import { statusOf, type UploadSession } from "./upload_session.ts";

/**
 * Lets a session pass that still takes parts and can be completed or cancelled.
 *
 * @throws {Refusal} When it is completed, or cancelled.
 */
export function demandOpen(session: UploadSession): void {
  const status = statusOf(session);
  if (status === "INITIATED" || status === "UPLOADING") return;
  if (status === "CANCELLED") throw new Refusal("cancelledUpload");
  throw new Refusal("completedUpload");
}
