/**
 * What tells this package's errors apart. By their `name` and not by their class, so that an error of a second copy of the
 * package (an ES module and a CommonJS one in the same process, for example) is recognised, too.
 *
 * @module
 */

import type {
  InvalidInputError,
  RefusedFileError,
  ResultTimeoutError,
  ShopeeApiError,
  ShopeeMediaError,
  SourceChangedError,
  TransportError,
  VideoFailedError,
} from "./errors.ts";

const NAMES: ReadonlySet<string> = new Set([
  "ShopeeMediaError",
  "ShopeeApiError",
  "TransportError",
  "VideoFailedError",
  "ResultTimeoutError",
  "InvalidInputError",
  "RefusedFileError",
  "SourceChangedError",
]);

function hasName(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name;
}

/**
 * Tells whether `error` is any error of this package.
 *
 * @param error Anything that was caught.
 * @returns Whether it is one.
 * @example
 * ```ts
 * import { isShopeeMediaError, InvalidInputError } from "shopee-media";
 *
 * console.assert(isShopeeMediaError(new InvalidInputError("The file is empty")));
 * ```
 */
export function isShopeeMediaError(error: unknown): error is ShopeeMediaError {
  return error instanceof Error && NAMES.has(error.name);
}

/**
 * Tells whether `error` is an error that Shopee answered.
 *
 * @param error Anything that was caught.
 * @returns Whether it is one.
 * @example
 * ```ts
 * import { isShopeeApiError, ShopeeApiError } from "shopee-media";
 *
 * const answer = { code: "error_limit", requestId: "1", status: 200, endpoint: "/api/v2/media_space/upload_image" };
 * console.assert(isShopeeApiError(new ShopeeApiError("Cannot upload the images: today's quota is used up", answer)));
 * ```
 */
export function isShopeeApiError(error: unknown): error is ShopeeApiError {
  return hasName(error, "ShopeeApiError");
}

/**
 * Tells whether `error` says that no usable answer came.
 *
 * @param error Anything that was caught.
 * @returns Whether it does.
 * @example
 * ```ts
 * import { isTransportError, TransportError } from "shopee-media";
 *
 * const endpoint = "/api/v2/media_space/upload_image";
 * console.assert(isTransportError(new TransportError("Cannot upload the images: no answer", { endpoint })));
 * ```
 */
export function isTransportError(error: unknown): error is TransportError {
  return hasName(error, "TransportError");
}

/**
 * Tells whether `error` says that calls come too fast, be it in Shopee's words or by HTTP status 429. The calls of the day
 * that are used up are something else: `kind` is `daily_limit` then, and `retryAt` tells when it is over.
 *
 * @param error Anything that was caught.
 * @returns Whether it does.
 * @example
 * ```ts
 * import { isRateLimited, TransportError } from "shopee-media";
 *
 * const answer = { endpoint: "/api/v2/media_space/upload_image", status: 429 };
 * console.assert(isRateLimited(new TransportError("Cannot upload the images: HTTP 429", answer)));
 * ```
 */
export function isRateLimited(error: unknown): error is ShopeeApiError | TransportError {
  if (isShopeeApiError(error)) {
    return error.kind === "rate_limit" || error.status === 429 && error.kind !== "daily_limit";
  }
  return isTransportError(error) && error.status === 429;
}

/**
 * Tells whether `error` is Shopee's verdict that the video cannot be used.
 *
 * @param error Anything that was caught.
 * @returns Whether it is.
 * @example
 * ```ts
 * import { isVideoFailedError, VideoFailedError } from "shopee-media";
 *
 * const video = { videoUploadId: "sg_1", status: "FAILED" };
 * console.assert(isVideoFailedError(new VideoFailedError("Cannot use the video sg_1: Video is too short", video)));
 * ```
 */
export function isVideoFailedError(error: unknown): error is VideoFailedError {
  return hasName(error, "VideoFailedError");
}

/**
 * Tells whether `error` says that the result did not come in time.
 *
 * @param error Anything that was caught.
 * @returns Whether it does.
 * @example
 * ```ts
 * import { isResultTimeoutError, ResultTimeoutError } from "shopee-media";
 *
 * const video = { videoUploadId: "sg_1", status: "TRANSCODING" };
 * console.assert(isResultTimeoutError(new ResultTimeoutError("Cannot tell the result of sg_1", video)));
 * ```
 */
export function isResultTimeoutError(error: unknown): error is ResultTimeoutError {
  return hasName(error, "ResultTimeoutError");
}

/**
 * Tells whether `error` says that the caller's input cannot work.
 *
 * @param error Anything that was caught.
 * @returns Whether it does.
 * @example
 * ```ts
 * import { InvalidInputError, isInvalidInputError } from "shopee-media";
 *
 * console.assert(isInvalidInputError(new InvalidInputError("Cannot upload the video: the file is empty")));
 * ```
 */
export function isInvalidInputError(error: unknown): error is InvalidInputError {
  return hasName(error, "InvalidInputError") || hasName(error, "RefusedFileError");
}

/**
 * Tells whether `error` says that Shopee would refuse the file.
 *
 * @param error Anything that was caught.
 * @returns Whether it does.
 * @example
 * ```ts
 * import { isRefusedFileError, RefusedFileError } from "shopee-media";
 *
 * const reason = "it lasts 9 s, at least 10 s are needed";
 * const rule = { rule: "duration", value: 9, limit: 10, reason, message: `Cannot upload the video: ${reason}` } as const;
 * console.assert(isRefusedFileError(new RefusedFileError("video", [rule])));
 * ```
 */
export function isRefusedFileError(error: unknown): error is RefusedFileError {
  return hasName(error, "RefusedFileError");
}

/**
 * Tells whether `error` says that the source of a resumed upload has changed.
 *
 * @param error Anything that was caught.
 * @returns Whether it does.
 * @example
 * ```ts
 * import { isSourceChangedError, SourceChangedError } from "shopee-media";
 *
 * console.assert(isSourceChangedError(new SourceChangedError("Cannot resume the upload sg_1: the source has changed")));
 * ```
 */
export function isSourceChangedError(error: unknown): error is SourceChangedError {
  return hasName(error, "SourceChangedError");
}
