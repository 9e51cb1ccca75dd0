import type { BrokenRule } from "../errors.ts";
import { MAX_IMAGE_SIZE, REFUSED_IMAGE_SIDE, SURE_IMAGE_SIDE } from "../platform/limits.ts";
import { breakRule, checkFile, checkSize, type FileCheck } from "./check_file.ts";
import { type ImageFileInfo, inspectImage } from "./inspect_image.ts";
import type { InspectOptions, ReadableFile } from "./readable_file.ts";

/**
 * Holds an image against Shopee's rules, which are the same in both modules: JPEG or PNG, at most 10 485 760 bytes, and of a
 * smallest size that Shopee does not publish: 16 pixels a side are refused, 200 are taken, and
 * {@linkcode checkImageFile} warns of what lies between.
 *
 * @param info What {@linkcode inspectImage} found.
 * @returns All the rules it breaks: none for a good image.
 * @see https://open.shopee.com/documents/v2/v2.media_space.upload_image?module=91&type=1
 * @example
 * ```ts
 * import { openAsBlob } from "node:fs";
 * import { checkImage, inspectImage } from "shopee-media/preflight";
 *
 * const [broken] = checkImage(await inspectImage(await openAsBlob("test/assets/image/ok.gif")));
 * console.assert(broken?.message === "Cannot upload the image: it is a gif file, only jpeg and png are taken");
 * ```
 */
export function checkImage(info: ImageFileInfo): BrokenRule[] {
  const { format, width, height, size } = info;
  const broken = checkSize("image", { size, maxSize: MAX_IMAGE_SIZE });
  if (format !== "jpeg" && format !== "png") {
    const reason = `it is a ${format} file, only jpeg and png are taken`;
    broken.push(breakRule("image", { rule: "format", value: format, limit: "jpeg or png", reason }));
  }
  const side = smallestSide(info);
  if (side <= REFUSED_IMAGE_SIDE) {
    const limit = REFUSED_IMAGE_SIDE + 1;
    const reason = `it has ${width} x ${height} pixels, at least ${limit} a side are needed`;
    broken.push(breakRule("image", { rule: "pixels", value: side, limit, reason }));
  }
  return broken;
}

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
    warn: warnAboutImage,
  });
}

function warnAboutImage(info: ImageFileInfo): BrokenRule[] {
  const side = smallestSide(info);
  if (side <= REFUSED_IMAGE_SIDE || side >= SURE_IMAGE_SIDE) return [];
  const reason = `it has ${info.width} x ${info.height} pixels, and Shopee may want up to ${SURE_IMAGE_SIDE} a side`;
  return [breakRule("image", { rule: "pixels", value: side, limit: SURE_IMAGE_SIDE, uncertain: true, reason })];
}

function smallestSide({ width, height }: ImageFileInfo): number {
  return Math.min(width ?? Infinity, height ?? Infinity);
}
