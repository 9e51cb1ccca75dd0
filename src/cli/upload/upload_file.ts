import type { MediaManager } from "../../api/media_manager.ts";
import { isInvalidInputError, ShopeeMediaError } from "../../errors.ts";
import type { CheckpointOptions } from "../../upload/session/checkpoint.ts";
import { uploadVideo } from "../../upload/upload_video.ts";
import type { VideoModule } from "../../platform/types/video_module.ts";
import { openFile } from "../open_file.ts";
import { countPassedOver } from "../progress/measure_rate.ts";
import type { ProgressDisplay } from "../progress/progress_display.ts";
import type { UploadOutcome } from "./upload_outcome.ts";

/** Options of {@linkcode uploadFile}. */
export interface UploadFileOptions {
  /** The client. */
  media: MediaManager;
  /** Which module takes the video. */
  module: VideoModule;
  /** Whole seconds, for `media`; the video itself tells them, too. */
  duration?: number;
  /** Parts in flight. */
  concurrency?: number;
  /** Whether to look at the video first. */
  preflight: boolean;
  /** Where the upload is written down, if it is to be resumable. */
  checkpoint?: CheckpointOptions;
  /** Aborted when the user interrupts. */
  signal: AbortSignal;
  /** Shows the progress. */
  display: ProgressDisplay;
}

/**
 * Uploads one file.
 *
 * @param file Its path.
 * @param options Client, signal, display, and what the command was told.
 * @returns What became of it. Never rejects.
 */
export async function uploadFile(file: string, options: UploadFileOptions): Promise<UploadOutcome> {
  const { media, module, duration, concurrency, preflight, checkpoint, signal } = options;
  if (signal.aborted) return { kind: "unstarted", file, error: signal.reason, resumable: await isSaved(checkpoint) };

  // Each upload is ended with an error of its own, since that will tell what went wrong with its own clean-up.
  const controller = new AbortController();
  const interrupt = (): void => controller.abort(new ShopeeMediaError("Interrupted"));
  signal.addEventListener("abort", interrupt);
  const shown = options.display.begin(file);
  const passedOverBy = countPassedOver();
  let passedOver = 0;
  let sent = 0;
  try {
    const result = await uploadVideo(media, await openFile(file), {
      module,
      duration,
      concurrency,
      preflight,
      checkpoint,
      signal: controller.signal,
      onProgress: (progress) => {
        sent = progress.sent;
        passedOver = passedOverBy(progress);
        shown.update(progress);
      },
    });
    return { kind: "uploaded", file, result, passedOver };
  } catch (error) {
    if (signal.aborted) return { kind: "interrupted", file, error, resumable: await isSaved(checkpoint) };
    if (isInvalidInputError(error) && sent === 0) return { kind: "refused", file, error };
    return { kind: "failed", file, error, resumable: await isSaved(checkpoint) };
  } finally {
    shown.end();
    signal.removeEventListener("abort", interrupt);
  }
}

/** Whether another run can go on with the upload; `undefined` when that was not asked for. */
async function isSaved(checkpoint: CheckpointOptions | undefined): Promise<boolean | undefined> {
  if (checkpoint === undefined) return undefined;
  try {
    return await checkpoint.store.get(checkpoint.key) !== undefined;
  } catch {
    return false; // The upload has failed for the same reason, and tells it.
  }
}
