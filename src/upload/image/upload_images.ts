import { createLine } from "../../api/line.ts";
import type { MediaApi } from "../../api/media_manager.ts";
import { callBack } from "../../async/call_back.ts";
import { mapBounded } from "../../async/map_bounded.ts";
import { linkSignals } from "../../async/signals.ts";
import { sleep } from "../../async/sleep.ts";
import { describeSource, isBytes } from "../../bytes.ts";
import { isInvalidInputError, isShopeeApiError, isShopeeMediaError } from "../../error_guards.ts";
import { InvalidInputError, type ShopeeMediaError } from "../../errors.ts";
import { checkKnownOptions, checkWholeNumber, describeValue, refuseOption } from "../../options.ts";
import { bareCode } from "../../platform/error_codes.ts";
import type { BinaryInput } from "../../platform/types/envelope.ts";
import { runtime } from "../../runtime.ts";
import {
  type ImageBatchOptions,
  type ImageResult,
  type ImageSource,
  openImage,
  sendImageBatch,
} from "./image_batch.ts";

/** Options of {@linkcode uploadImages}. */
export interface UploadImagesOptions extends ImageBatchOptions {
  /** Images in one call, 1 to 9 in `media_space`, 1 to 3 in `media`. @default the most */
  batchSize?: number | undefined;
  /** Calls at once, 1 to 16. @default 3 */
  concurrency?: number | undefined;
  /** Looks at each image before it is sent. @default true */
  preflight?: boolean | undefined;
  /** Called with what became of each image, as soon as that is certain; `index` is its place among the images, from 0. */
  onResult?: ((result: ImageResult & { index: number }) => unknown) | undefined;
  /** Called as the upload moves on. */
  onProgress?: ((progress: ImagesProgress) => unknown) | undefined;
}

/** All names, as a record so that none can be left out. */
const NAMES: Readonly<Record<keyof UploadImagesOptions, true>> = {
  module: true,
  scene: true,
  ratio: true,
  signal: true,
  batchSize: true,
  concurrency: true,
  preflight: true,
  onResult: true,
  onProgress: true,
};

/** How far an upload of images is: numbers of images. */
export interface ImagesProgress {
  /** Taken by Shopee. */
  uploaded: number;
  /** Not uploaded, and not tried any more. */
  refused: number;
  /** All of them; `undefined` while it is not known. */
  total: number | undefined;
}

/** An image under way. */
interface Image {
  index: number;
  input: BinaryInput;
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
 * @param images The images: bytes, blobs, files or `fileSource`s, in a list, or in anything that gives them in turn, which is
 * then read only as images are needed.
 * @param options Where they go, and how.
 * @returns One entry for each image, in their order: its id and URLs, or its own error.
 * @throws {InvalidInputError} An option cannot work; what becomes of an image never rejects the whole.
 * @throws The signal's reason, when it fires, or what `images` or a callback throws. No call goes on then, and what was
 * uploaded until then was told to `onResult`.
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
  media: MediaApi,
  images: Iterable<ImageSource> | AsyncIterable<ImageSource>,
  options: UploadImagesOptions = {},
): Promise<ImageResult[]> {
  checkKnownOptions("uploadImages", options, Object.keys(NAMES));
  const { module = "media_space", preflight = true, concurrency = 3, onResult, onProgress } = options;
  if (!Object.hasOwn(MOST, module)) refuseOption("module", `"media_space" or "media"`, describeValue(module));
  const { batchSize = MOST[module] } = options;
  checkWholeNumber("batchSize", batchSize, { from: 1, to: MOST[module] });
  checkWholeNumber("concurrency", concurrency, { from: 1, to: 16 });
  const source = iteratorOf(images);
  const stop = linkSignals(options.signal);
  const { signal } = stop;
  const line = createLine();
  const results: ImageResult[] = [];
  const progress: ImagesProgress = {
    uploaded: 0,
    refused: 0,
    total: Array.isArray(images) ? images.length : undefined,
  };
  let read = 0;
  /** Why no other call is made: it would fail, too. */
  let hopeless: ShopeeMediaError | undefined;

  /** What becomes of an image is certain. */
  function settle(index: number, result: ImageResult): void {
    results[index] = result;
    if (result.error === undefined) progress.uploaded++;
    else progress.refused++;
    callBack(onResult, { ...result, index }, stop.abort);
    callBack(onProgress, { ...progress }, stop.abort);
    signal.throwIfAborted();
  }

  /** Reads images until there are enough good ones for a call, or no more. */
  async function readBatch(): Promise<Image[]> {
    const batch: Image[] = [];
    while (batch.length < batchSize) {
      const { done, value } = await source.next();
      signal.throwIfAborted();
      if (done) break;
      const index = read++;
      try {
        batch.push({ index, input: await openImage(value, { preflight, signal }) });
      } catch (error) {
        if (!isShopeeMediaError(error)) throw error;
        settle(index, { error });
      }
    }
    return batch;
  }

  /** Sends a batch, and returns those of it that are worth another try. */
  async function send(batch: Image[], isLastTry: boolean): Promise<Image[]> {
    signal.throwIfAborted();
    try {
      if (hopeless !== undefined) throw hopeless;
      const answers = await sendImageBatch(media, batch.map(({ input }) => input), {
        ...options,
        module,
        signal,
        line,
      });
      const again = batch.filter((_, at) => answers[at]!.error?.retryable && !isLastTry);
      batch.forEach((image, at) => again.includes(image) || settle(image.index, answers[at]!));
      return again;
    } catch (error) {
      if (!isShopeeMediaError(error) || signal.aborted) throw error;
      if (concernsAll(error)) hopeless = error;
      const smaller = splitAfter(error, batch);
      // The call was tried again as often as the `MediaManager` allows.
      if (smaller.length === 0) { for (const { index } of batch) settle(index, { error }); }
      const again: Image[] = [];
      for (const part of smaller) again.push(...await send(part, isLastTry));
      return again;
    }
  }

  /** Reads and sends until the source has ended; one lane reads while others send. */
  let reading: Promise<unknown> = Promise.resolve();
  async function lane(): Promise<Image[]> {
    const again: Image[] = [];
    while (true) {
      const turn = reading.then(readBatch);
      reading = turn.catch(() => {});
      const batch = await turn;
      if (batch.length === 0) return again;
      again.push(...await send(batch, false));
    }
  }

  try {
    let again = (await Promise.all(Array.from({ length: concurrency }, lane))).flat();
    progress.total = read;
    for (let tries = 1; again.length > 0; tries++) {
      await sleep(runtime.random() * BASE_DELAY * 2 ** (tries - 1), signal);
      const batches = inBatches(again.sort((a, b) => a.index - b.index), batchSize);
      again = (await mapBounded(batches, concurrency, (batch) => send(batch, tries >= RETRIES))).flat();
    }
    return results;
  } catch (error) {
    // What is under way elsewhere ends here, too.
    stop.abort(error);
    void Promise.resolve(source.return?.()).catch(() => {});
    throw signal.reason;
  } finally {
    stop.release();
  }
}

/** Smaller batches to try instead of one that was refused; none when each of its images has this very error. */
function splitAfter(error: ShopeeMediaError, batch: Image[]): Image[][] {
  if (isShopeeApiError(error) && batch.length === MOST.media_space && /image number/i.test(error.message)) {
    // Shopee says both "up to 9" and "less than 9".
    return [batch.slice(0, -1), batch.slice(-1)];
  }
  return batch.length > 1 && (isInvalidInputError(error) || blamesAnImage(error)) ? batch.map((image) => [image]) : [];
}

function inBatches(images: Image[], size: number): Image[][] {
  return Array.from(
    { length: Math.ceil(images.length / size) },
    (_, batch) => images.slice(batch * size, (batch + 1) * size),
  );
}

function iteratorOf(images: Iterable<ImageSource> | AsyncIterable<ImageSource>) {
  const isList = typeof images === "object" && images !== null && !isBytes(images);
  if (isList && Symbol.asyncIterator in images) return images[Symbol.asyncIterator]();
  if (isList && Symbol.iterator in images) return images[Symbol.iterator]();
  throw new InvalidInputError(
    `Cannot upload the images: they must be in a list or come in turn, not ${
      isBytes(images) ? "bytes: put them into a list" : describeSource(images)
    }`,
  );
}

/** Whether one image alone may be to blame for the refusal of a whole call. */
function blamesAnImage(error: ShopeeMediaError): boolean {
  if (!isShopeeApiError(error) || error.kind !== "refused") return false;
  return /^error_(param|data|file_size|image)/.test(bareCode(error.code));
}

/** Whether any other call would end in the same way. Of one that cannot be made, nothing goes out in any case. */
function concernsAll(error: ShopeeMediaError): boolean {
  return isShopeeApiError(error) && ["access", "token", "signing_mode", "daily_limit"].includes(error.kind);
}
