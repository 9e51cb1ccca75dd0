import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import { Refusal } from "../api/refusal.ts";
import { demandOpen } from "./demand_open.ts";
import { serially } from "./serially.ts";
import { partCount, sizeOfPart, type UploadSession } from "./upload_session.ts";

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
  if (seq >= partCount(session)) {
    throw new Refusal("wrongPartSeq", seq, partCount(session) - 1);
  }
  const size = sizeOfPart(session, seq);
  if (content.length !== size) {
    throw new Refusal("wrongPartSize", seq, content.length, size);
  }
  const found = createHash("md5").update(content).digest("hex");
  if (found !== md5) throw new Refusal("wrongPartMd5", seq, found, md5);
  await serially(session, async () => {
    demandOpen(session);
    await writeAt(session.path, content, seq * session.partSize);
    session.parts.set(seq, { size, md5 });
  });
}

async function writeAt(path: string, bytes: Uint8Array, start: number): Promise<void> {
  const file = await open(path, "r+");
  try {
    let done = 0;
    while (done < bytes.length) {
      const { bytesWritten } = await file.write(bytes, done, bytes.length - done, start + done);
      done += bytesWritten;
    }
  } finally {
    await file.close();
  }
}
