/**
 * Every error this package throws on purpose. None of them ever holds a key, a token, a signature or a URL with a query.
 *
 * @module
 */

/** What every error of this package may be given besides its message. */
export interface ShopeeMediaErrorOptions {
  /** What led to this error. */
  cause?: unknown | undefined;
  /** Whether the same call may well succeed later, without anything changed. @default false */
  retryable?: boolean | undefined;
  /**
   * Whether a call that ended in this error may have been carried out all the same: an attempt of it was sent, and its
   * answer was lost. @default false
   */
  mayHaveSucceeded?: boolean | undefined;
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
  videoUploadId?: string | undefined;
  /** The module that was uploaded to. */
  module?: "media_space" | "media" | undefined;
  /** What the upload was doing. */
  stage?: UploadStage | undefined;
  /** What became of the session, if one was opened. */
  session?: SessionFate | undefined;
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
  declare readonly videoUploadId?: string | undefined;
  /** The module that was uploaded to, if this error ended an upload. */
  declare readonly module?: "media_space" | "media" | undefined;
  /** What the upload was doing, if this error ended one. */
  declare readonly stage?: UploadStage | undefined;
  /** What became of the session, if this error ended an upload that had one. */
  declare readonly session?: SessionFate | undefined;
  /** Why the clean-up after this error (cancelling the session at Shopee) failed, if it did. */
  declare cleanupError?: unknown | undefined;

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
 * - `authorization`: the refresh token or code is spent, expired or wrong, or the seller has ended it all: the seller has to
 *   authorise the app again;
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
  | "authorization"
  | "access"
  | "unknown_id"
  | "already_completed"
  | "part_order"
  | "not_attachable"
  | "refused";

/** What a {@linkcode ShopeeApiError} tells of Shopee's answer. */
export interface ShopeeApiErrorOptions extends ShopeeMediaErrorOptions {
  /** Shopee's error code, such as `error_invalid_upload_id`. */
  code: string;
  /** What it asks of a client. @default "refused" */
  kind?: ApiErrorKind | undefined;
  /** Shopee's name for the request, to be quoted to its support. */
  requestId: string;
  /** HTTP status of the answer. */
  status: number;
  /** Path of the endpoint, such as `/api/v2/media_space/upload_video_part`. */
  endpoint: string;
  /** When the same call may be made again, if Shopee tells. */
  retryAt?: Date | undefined;
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
  declare readonly retryAt?: Date | undefined;

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
  status?: number | undefined;
  /** What the connection failed with, such as `ECONNREFUSED`, if the runtime tells. */
  code?: string | undefined;
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
   * What the connection failed with, as operating systems name it, such as `ECONNREFUSED`, `ECONNRESET`, `ENOTFOUND`,
   * `ETIMEDOUT` or `CERT_HAS_EXPIRED`; `undefined` where the runtime does not tell (browsers never do), where an answer came,
   * and where time ran out.
   */
  readonly code: string | undefined;

  /**
   * Makes the error.
   *
   * @param message What was wrong.
   * @param options Endpoint, HTTP status and code.
   */
  constructor(message: string, options: TransportErrorOptions) {
    super(message, options);
    this.endpoint = options.endpoint;
    this.status = options.status;
    this.code = options.code;
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
  override readonly name: "InvalidInputError" | "RefusedFileError" = "InvalidInputError";
}

/** A rule of Shopee's that a file breaks. */
export interface BrokenRule {
  /**
   * Which rule: `readable`, `not_empty`, `format`, `size`, and for a video also `video_track`, `duration`, `width` and
   * `height`, for an image `pixels`.
   */
  rule: BrokenRuleName;
  /** What the file has: seconds, pixels, bytes or the name of a format; `null` where it has nothing. */
  value: number | string | null;
  /** The limit that `value` breaks, in the same unit. */
  limit: number | string;
  /**
   * Whether Shopee may take the file all the same, since its limit is not known: a video that a frame makes too long or too
   * short, a picture of 17 to 199 pixels a side. @default false
   */
  uncertain?: true | undefined;
  /** What is wrong, to be listed with others, such as `it lasts 9.9 s, at least 10 s are needed`. */
  reason: string;
  /** The same as a whole sentence, such as `Cannot upload the video: it lasts 9.9 s, at least 10 s are needed`. */
  message: string;
}

/** Name of a rule. */
export type BrokenRuleName =
  | "readable"
  | "not_empty"
  | "format"
  | "video_track"
  | "duration"
  | "width"
  | "height"
  | "pixels"
  | "size";

/**
 * The file is one that Shopee would refuse; nothing was sent. A server can answer its own caller with the rules, whereas any
 * other {@linkcode InvalidInputError} is a mistake in the program.
 */
export class RefusedFileError extends InvalidInputError {
  /** Literal name. */
  override readonly name: "RefusedFileError" = "RefusedFileError";
  /** All rules that the file breaks, at least one. */
  readonly rules: readonly BrokenRule[];

  /**
   * Makes the error.
   *
   * @param what What the file is.
   * @param rules The rules that it breaks, at least one.
   */
  constructor(what: "video" | "image", rules: readonly BrokenRule[]) {
    super(`Cannot upload the ${what}: ${rules.map(({ reason }) => reason).join("; ")}`);
    this.rules = rules;
  }
}

/**
 * An upload was resumed, but its source is no longer the one that was interrupted. The old session was cancelled and its
 * checkpoint forgotten: upload the source again. `uploadVideo` does so by itself where the source can be read again.
 */
export class SourceChangedError extends ShopeeMediaError {
  /** Literal name. */
  override readonly name: "SourceChangedError" = "SourceChangedError";
}
