/** A module of the platform that takes videos. */
export type Module = "media_space" | "media";

/** What the emulator found when it looked at a video. */
export interface VideoFacts {
  /** Seconds. */
  duration: number;
  /** Pixels. */
  width: number;
  /** Pixels. */
  height: number;
}

/** A part as it was received. */
export interface ReceivedPart {
  /** Bytes. */
  size: number;
  /** Hex. */
  md5: string;
}

/** One video upload, from init to its end. */
export interface UploadSession {
  readonly id: string;
  readonly module: Module;
  /** Bytes that were announced. */
  readonly size: number;
  /** Hex MD5 of the whole file, where it was announced. */
  readonly md5?: string;
  /** File name, where it was announced. */
  readonly fileName?: string;
  /** Bytes of every part but the last. */
  readonly partSize: number;
  /** Where the bytes are kept: every part is written at its place in this one file. */
  readonly path: string;
  readonly parts: Map<number, ReceivedPart>;
  /** All statuses it has had, the present one last. */
  readonly history: string[];
  /** Why it failed or was cancelled. */
  message: string;
  /** Seconds since 1970 of the last change, by the emulator's clock. */
  updateTime: number;
  /** Once it succeeded. */
  facts?: VideoFacts;
  /** `report_data.upload_cost`, once told. */
  uploadCost?: number;
}

/** One whose video is ready. */
export interface FinishedSession extends UploadSession {
  facts: VideoFacts;
}

/** Tells whether the video is ready. */
export function isFinished(session: UploadSession): session is FinishedSession {
  return session.facts !== undefined;
}

/** The present status. */
export function statusOf(session: UploadSession): string {
  return session.history.at(-1) as string;
}

/** How many parts make the whole file. */
export function partCount(session: UploadSession): number {
  return Math.ceil(session.size / session.partSize);
}

/** How many bytes a part must have. */
export function sizeOfPart(session: UploadSession, seq: number): number {
  return Math.min(session.partSize, session.size - seq * session.partSize);
}
