import { createHash } from "node:crypto";
import { runtime } from "../../runtime.ts";
import { Refusal } from "../api/answer.ts";
import type { ReadableFile } from "../storage.ts";
import { partCount, type SessionStore, sizeOfPart, statusOf, type UploadSession } from "./upload_session.ts";

/** A part as it came. */
export interface IncomingPart {
  /** Its number, from 0. */
  seq: number;
  /** Its MD5 as the client has it, lower-case hex. */
  md5: string;
  /** Its bytes. */
  content: Uint8Array;
}

/**
 * Checks a part and writes it at its place in the session's file. A part sent again takes the place of the first.
 *
 * @throws {Refusal} When the session, the number, the size or the MD5 is wrong; nothing is kept then.
 */
export async function receivePart(session: UploadSession, { seq, md5, content }: IncomingPart): Promise<void> {
  demandOpen(session);
  const count = partCount(session);
  if (seq >= count) throw new Refusal("wrongPartSeq", { seq, last: count - 1 });
  const size = sizeOfPart(session, seq);
  if (content.length !== size) throw new Refusal("wrongPartSize", { seq, size: content.length, want: size });
  const found = createHash("md5").update(content).digest("hex");
  if (found !== md5) throw new Refusal("wrongPartMd5", { seq, found, given: md5 });
  await serially(session, async () => {
    demandOpen(session);
    await session.file.write(content, seq * session.partSize);
    session.parts.set(seq, { size, md5 });
  });
}

/** What {@linkcode completeSession} needs besides the session. */
export interface CompleteSessionOptions {
  /** Where it is kept. */
  sessions: SessionStore;
  /** Throws what else is wrong, once the session is known to be open. */
  check?: (() => void) | undefined;
}

/**
 * Takes the upload as whole: what follows is for the processing to do.
 *
 * @throws {Refusal} When the session is not open, a part is missing, or the whole is not what was announced; the
 * session stays open then.
 */
export function completeSession(session: UploadSession, { sessions, check }: CompleteSessionOptions): Promise<void> {
  return serially(session, async () => {
    demandOpen(session);
    check?.();
    demandAllParts(session);
    await demandMd5(session);
    sessions.complete(session);
  });
}

/**
 * Ends a session without a video, and throws away what it has received.
 *
 * In `media_space` cancelling it again changes nothing; the reference of `media` says that it fails.
 *
 * @returns Whether it was still to be cancelled.
 * @throws {Refusal} When it is completed, or was cancelled in `media`.
 */
export function cancelSession(session: UploadSession, sessions: SessionStore): Promise<boolean> {
  return serially(session, async () => {
    demandKnown(session);
    if (session.module === "media_space" && statusOf(session) === "CANCELLED") return false;
    demandOpen(session);
    sessions.move(session, "CANCELLED", "Cancelled by the seller");
    await session.file.remove();
    return true;
  });
}

/** Lets a session pass unless it was completed a moment ago: then its id is not known yet where results are. */
export function demandKnown(session: UploadSession): void {
  if (runtime.elapsed() < session.hiddenUntil) throw new Refusal("lateUpload", { id: session.id });
}

/** Lets a session pass that still takes parts and can be completed or cancelled. */
function demandOpen(session: UploadSession): void {
  const status = statusOf(session);
  if (status === "INITIATED" || status === "UPLOADING") return;
  throw new Refusal(status === "CANCELLED" ? "cancelledUpload" : "completedUpload", { id: session.id });
}

function demandAllParts(session: UploadSession): void {
  for (let seq = 0; seq < partCount(session); seq++) {
    if (!session.parts.has(seq)) throw new Refusal("missingPart", { seq });
  }
}

async function demandMd5(session: UploadSession): Promise<void> {
  if (session.md5 === undefined) return;
  const found = await fileMd5(session.file);
  if (found !== session.md5) throw new Refusal("wrongFileMd5", { found, given: session.md5 });
}

const CHUNK = 1_048_576;

async function fileMd5(file: ReadableFile): Promise<string> {
  const hash = createHash("md5");
  const size = await file.size();
  for (let start = 0; start < size; start += CHUNK) hash.update(await file.read(start, start + CHUNK));
  return hash.digest("hex");
}

const tails = new WeakMap<UploadSession, Promise<unknown>>();

/**
 * Runs work on a session when all earlier work on it has ended, so that a part being written and a complete, say, never
 * see each other half done.
 */
function serially<Result>(session: UploadSession, work: () => Promise<Result>): Promise<Result> {
  const turn = (tails.get(session) ?? Promise.resolve()).then(work);
  tails.set(session, turn.catch(() => {}));
  return turn;
}
