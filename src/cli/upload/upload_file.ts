import { basename } from "node:path";
import type { MediaManager } from "../../api/media_manager.ts";
import { isInvalidInputError, ShopeeMediaError } from "../../errors.ts";
import { uploadVideo } from "../../upload/upload_video.ts";
import type { VideoModule } from "../../upload/video_module.ts";
import { openVideoFile } from "../open_video_file.ts";
import type { ProgressDisplay } from "../progress/progress_display.ts";
import type { UploadOutcome } from "./upload_outcome.ts";

/** Options of {@linkcode uploadFile}. */
export interface UploadFileOptions {
  /** The client. */
  media: MediaManager;
  /** Which module takes the video. */
  module: VideoModule;
  /** Whole seconds, for `media`. */
  duration?: number;
  /** Parts in flight. */
  concurrency?: number;
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
  const { media, module, duration, concurrency, signal } = options;
  if (signal.aborted) return { kind: "unstarted", file, error: signal.reason };

  // Each upload is ended with an error of its own, since that will tell what went wrong with its own clean-up.
  const controller = new AbortController();
  const interrupt = (): void => controller.abort(new ShopeeMediaError("Interrupted"));
  signal.addEventListener("abort", interrupt);
  const shown = options.display.begin(file);
  try {
    const video = await openVideoFile(file);
    const result = await uploadVideo(media, video, {
      module,
      duration,
      concurrency,
      signal: controller.signal,
      fileName: basename(file),
      onProgress: (progress) => shown.update(progress),
    });
    return { kind: "uploaded", file, result };
  } catch (error) {
    if (signal.aborted) return { kind: "interrupted", file, error };
    return { kind: isInvalidInputError(error) ? "refused" : "failed", file, error };
  } finally {
    shown.end();
    signal.removeEventListener("abort", interrupt);
  }
}
