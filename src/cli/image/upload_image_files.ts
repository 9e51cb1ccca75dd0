import { InvalidInputError } from "../../errors.ts";
import type { UploadImagesOptions } from "../../upload/image/upload_images.ts";
import type { VideoModule } from "../../platform/types/video_module.ts";
import type { CommandContext } from "../command_context.ts";
import { conclude } from "../outcome.ts";
import { openTarget } from "../target.ts";
import { printImageOutcome } from "./print_image_outcome.ts";
import { sendImages } from "./send_images.ts";

/** The options of `shopee-media image`. */
export interface UploadImageFilesOptions extends Pick<UploadImagesOptions, "scene" | "ratio"> {
  /** The command around it. */
  context: CommandContext;
  /** Which module takes the pictures. */
  module: VideoModule;
  /** Whether to upload to an emulator instead of Shopee. */
  emulator?: boolean;
  /** Path of an env file. */
  env?: string;
  /** Whether results are JSON. */
  json?: boolean;
}

/**
 * Uploads pictures and prints what became of each, in their order.
 *
 * @param files Their paths.
 * @param options The command's options.
 * @returns The exit code.
 */
export async function uploadImageFiles(files: string[], options: UploadImageFilesOptions): Promise<number> {
  const { context: { io, signal }, module, scene, ratio, emulator, json } = options;
  if (module === "media" && (scene ?? ratio) !== undefined) {
    throw new InvalidInputError("Cannot choose a --scene or --ratio with --module media: they are for media_space");
  }
  const target = await openTarget({ ...options, forShop: false, canEmulate: true });
  const outcomes = await sendImages(files, { media: target.media, module, scene, ratio, signal })
    .finally(target.close);

  for (const outcome of outcomes) printImageOutcome(outcome, { io, emulator, json });
  return conclude(outcomes.map(({ kind }) => kind), io);
}
