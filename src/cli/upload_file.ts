import {
  type CheckpointOptions,
  isShopeeMediaError,
  isVideoFailedError,
  type MediaManager,
  type SentVideo,
  type UploadProgress,
  type UploadUntil,
  uploadVideo,
  type UploadVideoOptions,
  type VideoModule,
  type VideoUploadResult,
} from "../../mod.ts";
import type { CommandIo } from "./command_context.ts";
import { openFile } from "./open_file.ts";
import { judgeFailure } from "./explain_error.ts";

/** What became of a file. */
export type UploadOutcome = UploadedOutcome | UnhappyOutcome;

/** A file that Shopee has taken. */
export interface UploadedOutcome {
  kind: "uploaded";
  file: string;
  result: VideoUploadResult | SentVideo<VideoModule>;
  /** Bytes that an earlier run had sent. */
  resumed: number;
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
  /** The session, if it is not given up. */
  videoUploadId?: string;
  /** Whether another run can go on with it; `undefined` when that was not asked for, or no session was opened. */
  resumable?: boolean;
}

/** Options of {@linkcode uploadFile}. */
export interface UploadFileOptions
  extends Pick<UploadVideoOptions, "duration" | "size" | "fileName" | "concurrency" | "preflight"> {
  media: MediaManager;
  module: VideoModule;
  /** What it is over with. */
  until: UploadUntil;
  /** Called as it comes along. */
  onProgress(progress: UploadProgress): void;
  /** Where the upload is written down, if it is to be resumable. */
  checkpoint?: CheckpointOptions;
  /** The process around it: its stdin is what `-` stands for. */
  io: Pick<CommandIo, "stdin">;
  /** Aborted when the user interrupts. */
  signal: AbortSignal;
}

/** The name of standard input among files. */
export const STDIN = "-";

/** Uploads one file. Never rejects. */
export async function uploadFile(file: string, options: UploadFileOptions): Promise<UploadOutcome> {
  const { io, media, module, until, duration, size, fileName, concurrency, preflight, checkpoint, signal } = options;
  if (signal.aborted) return { kind: "unstarted", file, error: signal.reason };

  let last: UploadProgress | undefined;
  const onProgress = (progress: UploadProgress): void => {
    last = progress;
    options.onProgress(progress);
  };
  const settings = { module, until, duration, size, fileName, concurrency, preflight, checkpoint, signal, onProgress };
  try {
    const result = file === STDIN
      // Whoever writes into it may take any time: the user sees that nothing comes.
      ? await uploadVideo(media, io.stdin, { ...settings, sourceTimeout: Infinity })
      : await uploadVideo(media, await openFile(file), settings);
    return { kind: "uploaded", file, result, resumed: last?.resumed ?? 0 };
  } catch (error) {
    if (signal.aborted) return { kind: "interrupted", file, error, ...fateOfInterrupted(last, checkpoint) };
    return { kind: judgeFailure(error), file, error, ...fateOfFailed(error, checkpoint) };
  } finally {
    if (file === STDIN) io.stdin.destroy(); // Else the process would wait for its end.
  }
}

/** What became of the session of an upload that came to nothing. */
type Fate = Pick<UnhappyOutcome, "videoUploadId" | "resumable">;

function fateOfFailed(error: unknown, checkpoint: CheckpointOptions | undefined): Fate {
  if (!isShopeeMediaError(error) || error.session === undefined) return {};
  const { session, videoUploadId } = error;
  const goesOn = session === "kept" || session === "completed" && !isVideoFailedError(error);
  return {
    videoUploadId: session === "cancelled" ? undefined : videoUploadId,
    resumable: checkpoint === undefined ? undefined : goesOn,
  };
}

/**
 * An error that an upload is aborted with says nothing of its session. But one that is written down is kept, and one that
 * may be complete is never cancelled.
 */
function fateOfInterrupted(last: UploadProgress | undefined, checkpoint: CheckpointOptions | undefined): Fate {
  if (last?.videoUploadId === undefined) return {};
  if (checkpoint !== undefined) return { videoUploadId: last.videoUploadId, resumable: true };
  return last.phase === "uploading" ? {} : { videoUploadId: last.videoUploadId };
}
