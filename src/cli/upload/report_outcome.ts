import type { VideoUploadResult } from "../../upload/result.ts";
import { isResultTimeoutError, isVideoFailedError } from "../../errors.ts";
import { type ErrorReport, reportError } from "../explain_error.ts";
import type { UploadOutcome } from "./upload_outcome.ts";

/** What `upload --json` prints of a file that Shopee has taken. */
export type UploadReport =
  & { file: string; status: "SUCCEEDED" }
  & Pick<VideoUploadResult, "videoUploadId" | "size" | "md5" | "uploadCost" | "videoInfo">;

/** What `upload --json` prints of a file that Shopee has not taken. */
export interface UnhappyReport {
  /** The path, as it was given. */
  file: string;
  /** The session, if it still means something. */
  videoUploadId: string | null;
  /** Shopee's last word, if there was one. */
  status: string | null;
  /** With `--resume`: whether another run can go on with it. */
  resumable?: boolean;
  /** Why. */
  error: ErrorReport;
}

/**
 * Brings an outcome to plain JSON.
 *
 * @param outcome What became of a file.
 * @returns Its report.
 */
export function reportOutcome(outcome: UploadOutcome): UploadReport | UnhappyReport {
  const { file } = outcome;
  if (outcome.kind === "uploaded") {
    const { videoUploadId, size, md5, uploadCost, videoInfo } = outcome.result;
    return { file, videoUploadId, status: "SUCCEEDED", size, md5, uploadCost, videoInfo };
  }
  const { error, resumable } = outcome;
  const { videoUploadId, status } = isVideoFailedError(error) || isResultTimeoutError(error)
    ? error
    : { videoUploadId: null, status: null };
  return { file, videoUploadId, status, resumable, error: reportError(error) };
}
