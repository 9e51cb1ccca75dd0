import type { VideoUploadResult } from "../../upload/result.ts";

/** A file that Shopee has taken. */
export interface UploadedOutcome {
  kind: "uploaded";
  file: string;
  result: VideoUploadResult;
  /** Bytes that an earlier run had sent. */
  passedOver: number;
  resumable?: undefined;
}

/**
 * A file that Shopee has not taken: the upload failed, the file was refused before it was sent, the user interrupted
 * the upload, or interrupted the command before the upload began.
 */
export interface UnhappyOutcome {
  kind: "failed" | "refused" | "interrupted" | "unstarted";
  file: string;
  error: unknown;
  /** Whether another run can go on with it; `undefined` when that was not asked for. */
  resumable?: boolean;
}

/** What became of a file. */
export type UploadOutcome = UploadedOutcome | UnhappyOutcome;
