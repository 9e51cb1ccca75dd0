import { judgeRefusal } from "../../api/judge_answer.ts";
import type { Line } from "../../api/line.ts";
import type { MediaApi } from "../../api/media_manager.ts";
import { type ByteChunk, describeSource, isBlob, isBytes, toBytes } from "../../bytes.ts";
import { isShopeeMediaError } from "../../error_guards.ts";
import { InvalidInputError, RefusedFileError, ShopeeMediaError } from "../../errors.ts";
import { ENDPOINTS } from "../../platform/endpoints.ts";
import type { BinaryInput } from "../../platform/types/envelope.ts";
import type { ImageUrl } from "../../platform/types/media_space.ts";
import type { VideoModule } from "../../platform/types/video_module.ts";
import { checkImageFile } from "../../preflight/check_image.ts";
import type { ReadableFile } from "../../preflight/readable_file.ts";

/** What became of one image: it was uploaded, or it has an error. */
export type ImageResult = UploadedImage | RefusedImage;

/** An image that Shopee has taken. */
export interface UploadedImage {
  /** To be used on an item or in a return. */
  imageId: string;
  /** The image, by region; in `media` the platform names no region. */
  urls: ImageUrl[];
  /** There is none. */
  error?: undefined;
}

/** An image that was not uploaded. */
export interface RefusedImage {
  /** There is none. */
  imageId?: undefined;
  /** There are none. */
  urls?: undefined;
  /**
   * Why: {@linkcode InvalidInputError} before it was sent, {@linkcode ShopeeApiError} by Shopee's word,
   * {@linkcode TransportError} because no answer came.
   */
  error: ShopeeMediaError;
}

/** Where images go. */
export interface ImageBatchOptions {
  /** `media_space` for products, `media` for returns. @default "media_space" */
  module?: VideoModule | undefined;
  /** `media_space`: `normal` makes pictures square, `desc` leaves them as they are. @default "normal" */
  scene?: "normal" | "desc" | undefined;
  /** `media_space`: sides of the picture, for whitelisted sellers. @default "1:1" */
  ratio?: "1:1" | "3:4" | undefined;
  /** Aborts everything. */
  signal?: AbortSignal | undefined;
}

/**
 * Sends one batch of images in one call.
 *
 * @param media Makes the call.
 * @param images The images.
 * @param options Where they go, and over which line.
 * @returns What became of each, in their order.
 * @throws {ShopeeApiError} The call as a whole was refused.
 * @throws {TransportError} No usable answer came.
 */
export async function sendImageBatch(
  media: MediaApi,
  images: BinaryInput[],
  options: ImageBatchOptions & { line: Line },
): Promise<ImageResult[]> {
  const { signal, scene, ratio, line } = options;
  const callOptions = { signal, line };
  if (options.module === "media") {
    const { response } = await media.uploadMediaImage({ business: 2, scene: 1, images }, callOptions);
    const list = response?.image_list ?? [];
    // The list has no index: were one missing, nobody could tell which.
    if (list.length !== images.length) return images.map(() => ({ error: unmentioned() }));
    return list.map(({ image_id, image_url }) => ({
      imageId: image_id,
      urls: [{ image_url_region: "", image_url }],
    }));
  }

  const { response, request_id } = await media.uploadImage({ image: images, scene, ratio }, callOptions);
  const entries = new Map(response?.image_info_list?.map((entry) => [entry.id, entry]));
  return images.map((_, index) => {
    const entry = entries.get(index);
    if (entry?.image_info && !entry.error) {
      return { imageId: entry.image_info.image_id, urls: entry.image_info.image_url_list };
    }
    if (!entry?.error) return { error: unmentioned() };
    const { error: code, message = "" } = entry;
    const refusal = { code, message, requestId: request_id, status: 200, endpoint: ENDPOINTS.uploadImage.path };
    return { error: judgeRefusal(refusal, { task: "upload the image" }).error };
  });
}

function unmentioned(): ShopeeMediaError {
  return new ShopeeMediaError("Cannot upload the image: Shopee's answer does not mention it");
}

/** Where the bytes of an image may come from: bytes, a blob or a `File`, a `fileSource` of `shopee-media/node`. */
export type ImageSource = ByteChunk | Blob | ReadableFile;

/**
 * Brings an image into the shape in which it is sent, and looks at it first.
 *
 * @param source What the caller gave.
 * @param options Whether to look at it, and what ends that.
 * @returns The image.
 * @throws {InvalidInputError} It is no image source, cannot be read, or Shopee would refuse it.
 */
export async function openImage(
  source: ImageSource,
  { preflight, signal }: { preflight: boolean; signal?: AbortSignal | undefined },
): Promise<BinaryInput> {
  try {
    const file = toFile(source);
    if (preflight) {
      const { broken } = await checkImageFile(file, { signal });
      if (broken.length > 0) throw new RefusedFileError("image", broken);
    }
    // Looked at or not: a call with an empty file in it is none, and would be refused for all that are in it.
    if (file.size === 0) throw new InvalidInputError("Cannot upload the image: the file is empty");
    if (isBlob(file)) return file;
    const { size, name } = file as ReadableFile & { name?: string | undefined };
    return new File([await file.slice(0, size).arrayBuffer()], name ?? "");
  } catch (cause) {
    signal?.throwIfAborted();
    if (isShopeeMediaError(cause)) throw cause;
    throw new InvalidInputError("Cannot upload the image: it cannot be read", { cause });
  }
}

function toFile(source: ImageSource): Blob | ReadableFile {
  if (isBytes(source)) return new Blob([toBytes(source)]);
  const isFile = typeof source === "object" && source !== null && typeof source.slice === "function" &&
    typeof source.size === "number";
  if (isFile) return source;
  throw new InvalidInputError(
    `Cannot upload the image: it must be a Blob, bytes or a fileSource, not ${describeSource(source)}`,
  );
}
