import { Refusal } from "../api/refusal.ts";
import { partCount, type UploadSession } from "./upload_session.ts";

/**
 * Lets a session pass of which every part has been received.
 *
 * @throws {Refusal} When one is missing.
 */
export function demandAllParts(session: UploadSession): void {
  for (let seq = 0; seq < partCount(session); seq++) {
    if (session.parts.has(seq)) continue;
    throw new Refusal("missingPart", seq);
  }
}
