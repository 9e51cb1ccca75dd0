import { type Module, type ReceivedPart, statusOf, type UploadSession } from "./upload_session.ts";

/** A video upload at the emulator, as it is at this moment. */
export interface SessionSnapshot {
  /** Its `video_upload_id`. */
  id: string;
  /** Module that it belongs to. */
  module: Module;
  /** Present status, such as `TRANSCODING`. */
  status: string;
  /** All statuses it has had, the present one last. */
  history: string[];
  /** Why it failed or was cancelled, else `""`. */
  message: string;
  /** Bytes that were announced. */
  size: number;
  /** Hex MD5 of the whole file, where it was announced. */
  md5: string | undefined;
  /** File name, where it was announced. */
  fileName: string | undefined;
  /** Bytes of every part but the last. */
  partSize: number;
  /** Parts received so far, by number. */
  parts: (ReceivedPart & { /** Number, from 0. */ seq: number })[];
  /** Milliseconds that the client says to have spent on the parts, once told. */
  uploadCost: number | undefined;
}

/** Tells how a session is, apart from what it will become. */
export function snapshotSession(session: UploadSession): SessionSnapshot {
  const { id, module, history, message, size, md5, fileName, partSize, parts, uploadCost } = session;
  return {
    id,
    module,
    status: statusOf(session),
    history: [...history],
    message,
    size,
    md5,
    fileName,
    partSize,
    parts: [...parts].map(([seq, part]) => ({ seq, ...part })).sort((a, b) => a.seq - b.seq),
    uploadCost,
  };
}
