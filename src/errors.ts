/**
 * Every error this package throws on purpose. None of them ever holds a key, a token, a signature or a URL with a query.
 *
 * The guards look at the `name` instead of the class, so that they also recognise an error thrown by a second copy of
 * this package (an ES module and a CommonJS one in the same process, for example).
 *
 * @module
 */

/** What every error of this package may be given besides its message. */
export interface ShopeeMediaErrorOptions {
  /** What led to this error. */
  cause?: unknown;
  /** Whether the same call may well succeed later, without anything changed. @default false */
  retryable?: boolean;
  /**
   * Whether a call that ended in this error may have been carried out all the same: an attempt of it was sent, and its
   * answer was lost. @default false
   */
  mayHaveSucceeded?: boolean;
}

/** What an upload was doing with its session at Shopee when it failed. */
export type UploadStage = "init" | "parts" | "complete" | "result";

/**
 * What became of the session of a failed upload: it was `cancelled` (or Shopee itself had given it up), it is `kept` open
 * (for a resumption, or because it could not be cancelled), or it is, or may be, `completed`: then the video is Shopee's, and
 * its result can be asked for by its id.
 */
export type SessionFate = "cancelled" | "kept" | "completed";

/** What an error tells of the upload that it ended. */
export interface FailedUpload {
  /** The session at Shopee, if one was opened. */
  videoUploadId?: string;
  /** The module that was uploaded to. */
  module?: "media_space" | "media";
  /** What the upload was doing. */
  stage?: UploadStage;
  /** What became of the session, if one was opened. */
  session?: SessionFate;
}

/** The base of all errors of this package: catch it to catch them all. */
export class ShopeeMediaError extends Error implements FailedUpload {
  /** Literal name, the same in every copy of the package. */
  override readonly name: string = "ShopeeMediaError";
  /**
   * Whether the same call or upload may well succeed later, without anything changed: Shopee, or something on the way to
   * it, was down, busy or too fast asked. It does not say whether the call got through. `false` for everything final.
   */
  readonly retryable: boolean;
  /**
   * Whether a call that ended in this error may have been carried out all the same: an attempt of it was sent, and its
   * answer was lost.
   */
  readonly mayHaveSucceeded: boolean;
  /** The session at Shopee, if this error ended an upload that had one. */
  declare readonly videoUploadId?: string;
  /** The module that was uploaded to, if this error ended an upload. */
  declare readonly module?: "media_space" | "media";
  /** What the upload was doing, if this error ended one. */
  declare readonly stage?: UploadStage;
  /** What became of the session, if this error ended an upload that had one. */
  declare readonly session?: SessionFate;
  /** Why the clean-up after this error (cancelling the session at Shopee) failed, if it did. */
  declare cleanupError?: unknown;

  /**
   * Makes the error.
   *
   * @param message What was wrong, with the value at fault.
   * @param options `cause`, if another error led here, and what is known of another try.
   */
  constructor(message: string, options: ShopeeMediaErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.retryable = options.retryable ?? false;
    this.mayHaveSucceeded = options.mayHaveSucceeded ?? false;
  }
}

/**
 * What an error of the platform asks of a client:
 *
 * - `transient`: the same call may succeed in a while;
 * - `internal`: as `transient`, but clients that know it try only twice more;
 * - `rate_limit`: calls come too fast;
 * - `daily_limit`: the app has used up its calls until midnight, UTC+8;
 * - `clock`: the request's timestamp is off;
 * - `token`: the access token is not, or no longer, good;
 * - `signing_mode`: this call wants to be signed for the shop;
 * - `access`: the credentials, the app or the machine may not make this call;
 * - `unknown_id`: the upload session is unknown: gone, or, right after it was completed, not known yet;
 * - `already_completed`: the upload session was completed before;
 * - `part_order`: the part is not the one that was expected next;
 * - `refused`: anything else, which no retry helps.
 */
export type ApiErrorKind =
  | "transient"
  | "internal"
  | "rate_limit"
  | "daily_limit"
  | "clock"
  | "token"
  | "signing_mode"
  | "access"
  | "unknown_id"
  | "already_completed"
  | "part_order"
  | "refused";

/** What a {@linkcode ShopeeApiError} tells of Shopee's answer. */
export interface ShopeeApiErrorOptions extends ShopeeMediaErrorOptions {
  /** Shopee's error code, such as `error_invalid_upload_id`. */
  code: string;
  /** What it asks of a client. @default "refused" */
  kind?: ApiErrorKind;
  /** Shopee's name for the request, to be quoted to its support. */
  requestId: string;
  /** HTTP status of the answer. */
  status: number;
  /** Path of the endpoint, such as `/api/v2/media_space/upload_video_part`. */
  endpoint: string;
  /** When the same call may be made again, if Shopee tells. */
  retryAt?: Date;
}

/** Shopee answered, and its answer is an error. */
export class ShopeeApiError extends ShopeeMediaError {
  /** Literal name. */
  override readonly name: "ShopeeApiError" = "ShopeeApiError";
  /** Shopee's error code, verbatim, such as `error_invalid_upload_id` or `product.error_param`. */
  readonly code: string;
  /** What it asks of a client: go by this, since one thing has many codes. */
  readonly kind: ApiErrorKind;
  /** Shopee's name for the request, to be quoted to its support. */
  readonly requestId: string;
  /** HTTP status of the answer; Shopee sends errors with 200, too. */
  readonly status: number;
  /** Path of the endpoint, such as `/api/v2/media_space/upload_video_part`. */
  readonly endpoint: string;
  /**
   * When the same call may be made again: of `daily_limit`, the midnight in UTC+8 at which the app's calls are counted
   * anew. Until then, nothing is sent.
   */
  declare readonly retryAt?: Date;

  /**
   * Makes the error.
   *
   * @param message What was wrong, with the value at fault.
   * @param options Shopee's code, request id, HTTP status and endpoint.
   */
  constructor(message: string, options: ShopeeApiErrorOptions) {
    super(message, options);
    this.code = options.code;
    this.kind = options.kind ?? "refused";
    this.requestId = options.requestId;
    this.status = options.status;
    this.endpoint = options.endpoint;
    if (options.retryAt !== undefined) this.retryAt = options.retryAt;
  }
}

/** What a {@linkcode TransportError} tells of the failed call. */
export interface TransportErrorOptions extends ShopeeMediaErrorOptions {
  /** Path of the endpoint. */
  endpoint: string;
  /** HTTP status, if an answer came at all. */
  status?: number;
}

/** No usable answer came: the network failed, time ran out, or something that is not Shopee answered. */
export class TransportError extends ShopeeMediaError {
  /** Literal name. */
  override readonly name: "TransportError" = "TransportError";
  /** Path of the endpoint. */
  readonly endpoint: string;
  /** HTTP status, if an answer came at all. */
  readonly status: number | undefined;

  /**
   * Makes the error.
   *
   * @param message What was wrong.
   * @param options Endpoint and HTTP status.
   */
  constructor(message: string, options: TransportErrorOptions) {
    super(message, options);
    this.endpoint = options.endpoint;
    this.status = options.status;
  }
}

/** What a {@linkcode VideoFailedError} or a {@linkcode ResultTimeoutError} tells of the video. */
export interface VideoErrorOptions extends ShopeeMediaErrorOptions {
  /** The session at Shopee. */
  videoUploadId: string;
  /** The last status that Shopee gave, such as `FAILED`. */
  status: string;
}

/** Shopee looked at the video and will not have it: see `message`. Sending the same file again will not help. */
export class VideoFailedError extends ShopeeMediaError {
  /** Literal name. */
  override readonly name: "VideoFailedError" = "VideoFailedError";
  /** The session at Shopee. */
  override readonly videoUploadId: string;
  /** Shopee's verdict: `FAILED` or `CANCELLED`. */
  readonly status: string;

  /**
   * Makes the error.
   *
   * @param message Shopee's reason.
   * @param options Session and status.
   */
  constructor(message: string, options: VideoErrorOptions) {
    super(message, options);
    this.videoUploadId = options.videoUploadId;
    this.status = options.status;
  }
}

/** The video was sent and completed, but Shopee had not finished with it in time. Ask again with `videoUploadId`. */
export class ResultTimeoutError extends ShopeeMediaError {
  /** Literal name. */
  override readonly name: "ResultTimeoutError" = "ResultTimeoutError";
  /** The session at Shopee, which goes on there. */
  override readonly videoUploadId: string;
  /** The last status that Shopee gave, such as `TRANSCODING`. */
  readonly status: string;

  /**
   * Makes the error.
   *
   * @param message How long was waited, and for what.
   * @param options Session and last status.
   */
  constructor(message: string, options: VideoErrorOptions) {
    super(message, options);
    this.videoUploadId = options.videoUploadId;
    this.status = options.status;
  }
}

/** The caller gave something that cannot work; nothing wrong was sent. */
export class InvalidInputError extends ShopeeMediaError {
  /** Literal name. */
  override readonly name: "InvalidInputError" = "InvalidInputError";
}

/**
 * An upload was resumed, but its source is no longer the one that was interrupted. The old session was cancelled and its
 * checkpoint forgotten: upload the source again. `uploadVideo` does so by itself where the source can be read again.
 */
export class SourceChangedError extends ShopeeMediaError {
  /** Literal name. */
  override readonly name: "SourceChangedError" = "SourceChangedError";
}

const NAMES: ReadonlySet<string> = new Set([
  "ShopeeMediaError",
  "ShopeeApiError",
  "TransportError",
  "VideoFailedError",
  "ResultTimeoutError",
  "InvalidInputError",
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
  return hasName(error, "InvalidInputError");
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
