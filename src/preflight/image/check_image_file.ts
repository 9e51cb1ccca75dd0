import { checkFile } from "../check_file.ts";
import type { FileCheck } from "../file_check.ts";
import type { InspectOptions } from "../inspect_options.ts";
import { MAX_IMAGE_SIZE } from "../../platform/limits.ts";
import type { ReadableFile } from "../readable_file.ts";
import { checkImage } from "./check_image.ts";
import type { ImageFileInfo } from "./image_file_info.ts";
import { inspectImage } from "./inspect_image.ts";

/**
 * Looks into an image file and holds it against Shopee's rules. A file that cannot be read is no error here: it breaks
 * the rule `readable`.
 *
 * @param blob The file.
 * @param options A signal.
 * @returns What the file says of itself, and all the rules it breaks.
 * @throws {unknown} The reason of the signal, or what went wrong in reading the bytes of the file.
 * @example
 * ```ts
 * import { checkImageFile } from "shopee-media/preflight";
 *
 * const { broken } = await checkImageFile(new Blob([]));
 * console.assert(broken[0]?.message === "Cannot upload the image: the file is empty");
 * ```
 */
export function checkImageFile(blob: ReadableFile, options: InspectOptions = {}): Promise<FileCheck<ImageFileInfo>> {
  return checkFile(blob, {
    what: "image",
    maxSize: MAX_IMAGE_SIZE,
    inspect: (file) => inspectImage(file, options),
    check: checkImage,
  });
}
