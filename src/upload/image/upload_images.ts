import type { MediaManager } from "../../api/media_manager.ts";
import { mapBounded } from "../../async/map_bounded.ts";
import { sleep } from "../../async/sleep.ts";
import {
  InvalidInputError,
  isInvalidInputError,
  isShopeeApiError,
  isShopeeMediaError,
  type ShopeeMediaError,
} from "../../errors.ts";
import { checkWholeNumber, describeValue, refuseOption } from "../../options.ts";
import { bareCode } from "../../platform/error_codes.ts";
import type { BinaryInput } from "../../platform/types/envelope.ts";
import { checkImageFile } from "../../preflight/check_image.ts";
import { runtime } from "../../runtime.ts";
import { brokenRulesError } from "../broken_rules_error.ts";
import { type ImageBatchOptions, type ImageResult, sendImageBatch } from "./image_batch.ts";

/** Options of {@linkcode uploadImages}. */
export interface UploadImagesOptions extends ImageBatchOptions {
  /** Images in one call, 1 to 9 in `media_space`, 1 to 3 in `media`. @default the most */
  batchSize?: number;
  /** Calls at once, 1 to 16. @default 3 */
  concurrency?: number;
  /** Looks at each image before it is sent. @default true */
  preflight?: boolean;
}

/** Images that one call takes. */
const MOST = { media_space: 9, media: 3 } as const;
/** How often an image is sent again after a transient failure, and the longest first pause before it, in ms. */
const RETRIES = 4;
const BASE_DELAY = 500;

/**
 * Uploads any number of images, in batches, and tells of each what became of it: one that Shopee refuses does not hide
 * the others, and what failed for a while only is sent again alone.
 *
 * @param media Makes the calls.
 * @param images The images: bytes, blobs or files.
 * @param options Where they go, and how.
 * @returns One entry for each image, in their order: its id and URLs, or its own error.
 * @throws {InvalidInputError} An option cannot work.
 * @throws The signal's reason, when it fires.
 * @see https://open.shopee.com/documents/v2/v2.media_space.upload_image?module=91&type=1
 * @see https://open.shopee.com/documents/v2/v2.media.upload_image?module=130&type=1
 * @example
 * ```ts
 * import { MediaManager, uploadImages } from "shopee-media";
 * import { createEmulator } from "shopee-media/emulator";
 *
 * const emulator = await createEmulator();
 * const media = new MediaManager({ ...emulator.credentials, fetch: emulator.fetch });
 *
 * const [first] = await uploadImages(media, [new Blob(["not quite a picture"])]);
 * console.assert(first?.error?.name === "InvalidInputError");
 * await emulator.close();
 * ```
 */
export async function uploadImages(
  media: MediaManager,
  images: readonly BinaryInput[],
  options: UploadImagesOptions = {},
): Promise<ImageResult[]> {
  const { module = "media_space", preflight = true, concurrency = 3, signal } = options;
  if (!Object.hasOwn(MOST, module)) refuseOption("module", `"media_space" or "media"`, describeValue(module));
  const { batchSize = MOST[module] } = options;
  checkWholeNumber("batchSize", batchSize, { from: 1, to: MOST[module] });
  checkWholeNumber("concurrency", concurrency, { from: 1, to: 16 });
  const results = new Array<ImageResult>(images.length);
  /** Why no other call is made: it would fail, too. */
  let stopped: ShopeeMediaError | undefined;

  async function check(index: number): Promise<boolean> {
    const image = images[index]!;
    const blob = image instanceof Blob ? image : new Blob([image as BlobPart]);
    try {
      const { broken } = await checkImageFile(blob, { signal });
      if (broken.length === 0) return true;
      results[index] = { error: brokenRulesError("image", broken) };
    } catch (cause) {
      signal?.throwIfAborted();
      results[index] = { error: new InvalidInputError("Cannot upload the image: it cannot be read", { cause }) };
    }
    return false;
  }

  /** Sends some images, and returns which of them are worth another try. */
  async function send(indices: number[]): Promise<number[]> {
    if (stopped !== undefined) return settle(indices, stopped);
    try {
      const answers = await sendImageBatch(media, indices.map((index) => images[index]!), { ...options, module });
      indices.forEach((index, i) => results[index] = answers[i]!);
      return indices.filter((index) => results[index]!.error?.retryable);
    } catch (error) {
      signal?.throwIfAborted();
      if (!isShopeeMediaError(error)) throw error;
      if (concernsAll(error)) stopped = error;
      const transient: number[] = [];
      for (const smaller of splitAfter(error, indices)) transient.push(...await send(smaller));
      return transient;
    }
  }

  /** Smaller batches to try instead of one that was refused; none when each of its images has this very error. */
  function splitAfter(error: ShopeeMediaError, indices: number[]): number[][] {
    const { length } = indices;
    if (isShopeeApiError(error) && length === MOST.media_space && /image number/i.test(error.message)) {
      // Shopee says both "up to 9" and "less than 9".
      return [indices.slice(0, -1), indices.slice(-1)];
    }
    if (length > 1 && blamesAnImage(error)) return indices.map((index) => [index]);
    // The call was tried again as often as the `MediaManager` allows.
    return settle(indices, error);
  }

  function settle(indices: number[], error: ShopeeMediaError): never[] {
    for (const index of indices) results[index] = { error };
    return [];
  }

  let todo = [...images.keys()];
  if (preflight) {
    const good = await mapBounded(todo, concurrency, check);
    todo = todo.filter((index) => good[index]);
  }
  for (let retries = 0; todo.length > 0; retries++) {
    const transient = (await mapBounded(inBatches(todo, batchSize), concurrency, send)).flat();
    if (retries >= RETRIES) break;
    if (transient.length > 0) await sleep(runtime.random() * BASE_DELAY * 2 ** retries, signal);
    todo = transient;
  }
  return results;
}

/** Whether one image alone may be to blame for the refusal of a whole call. */
function blamesAnImage(error: ShopeeMediaError): boolean {
  if (!isShopeeApiError(error) || error.kind !== "refused") return false;
  return /^error_(param|data|file_size|image)/.test(bareCode(error.code));
}

/** Whether any other call would end in the same way. */
function concernsAll(error: ShopeeMediaError): boolean {
  if (isInvalidInputError(error)) return true;
  return isShopeeApiError(error) && ["access", "token", "signing_mode", "daily_limit"].includes(error.kind);
}

function inBatches(indices: number[], size: number): number[][] {
  return Array.from(
    { length: Math.ceil(indices.length / size) },
    (_, batch) => indices.slice(batch * size, (batch + 1) * size),
  );
}
