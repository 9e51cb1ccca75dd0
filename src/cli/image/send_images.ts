import type { MediaManager } from "../../api/media_manager.ts";
import { isInvalidInputError } from "../../errors.ts";
import type { ImageResult } from "../../upload/image/image_batch.ts";
import { uploadImages, type UploadImagesOptions } from "../../upload/image/upload_images.ts";
import type { ImageOutcome } from "./image_outcome.ts";
import { openImage } from "../open_file.ts";

/** Options of {@linkcode sendImages}. */
export interface SendImagesOptions extends Pick<UploadImagesOptions, "module" | "scene" | "ratio"> {
  /** The client. */
  media: MediaManager;
  /** Aborted when the user interrupts. */
  signal: AbortSignal;
}

/**
 * Uploads the pictures that can be opened.
 *
 * @param files Their paths.
 * @param options Client, signal, and where the pictures go.
 * @returns What became of each, in their order.
 */
export async function sendImages(files: string[], options: SendImagesOptions): Promise<ImageOutcome[]> {
  const { signal } = options;
  try {
    const results = await sendThoseThatOpen(files, options);
    return results.map((result, index) => toOutcome(files[index]!, result));
  } catch (error) {
    if (!signal.aborted) throw error;
    return files.map((file) => ({ kind: "interrupted", file, error: signal.reason }));
  }
}

async function sendThoseThatOpen(files: string[], options: SendImagesOptions): Promise<ImageResult[]> {
  const { media, module, scene, ratio, signal } = options;
  const results = new Array<ImageResult>(files.length);
  const images = new Map<number, File>();
  for (const [index, file] of files.entries()) {
    try {
      images.set(index, await openImage(file));
    } catch (error) {
      if (!isInvalidInputError(error)) throw error;
      results[index] = { error };
    }
  }

  const sent = await uploadImages(media, [...images.values()], { module, scene, ratio, signal });
  for (const [position, index] of [...images.keys()].entries()) results[index] = sent[position]!;
  return results;
}

function toOutcome(file: string, result: ImageResult): ImageOutcome {
  const { error } = result;
  if (error === undefined) return { kind: "uploaded", file, image: result };
  return { kind: isInvalidInputError(error) ? "refused" : "failed", file, error };
}
