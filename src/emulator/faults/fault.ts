/** What can go wrong; the words are those of {@linkcode parseFault} and of the control API, too. */
export type FaultKind =
  /** The connection is reset before the body is read; nothing is done. */
  | "reset-before"
  /** The request is done, then the connection is reset: its answer is lost. */
  | "reset-after"
  /** The request is done, half of its answer is sent, then the connection is reset. */
  | "cut"
  /** Nothing happens for `ms`, else until the client gives up; then all goes on as usual. */
  | "stall-before"
  /** The request is done, but its answer begins `ms` later, else never. */
  | "stall-after"
  /** The request is done, half of its answer is sent, and the rest `ms` later, else never. */
  | "stall-middle"
  /** The request is done, and its answer arrives at `bytesPerSecond`. */
  | "slow"
  /** The request is done, and its answer is half of the JSON, sent as if it were all. */
  | "truncated"
  /** A gateway's page with HTTP `status` 502, or another; 403 is what the platform's edge answers to a foreign address. */
  | "html"
  /** Nothing, with HTTP `status` 200, or another. */
  | "empty"
  /** A line of text with HTTP `status`. */
  | "status"
  /** Shopee's envelope with `error` and `message`, with HTTP `status` 200, or another. */
  | "error"
  /** The platform's clock is `offset` seconds ahead for this request. */
  | "clock"
  /** The present access token of the shop that signs expires as this request comes in; a call of the app ends all. */
  | "expired-token"
  /** A Public call insists on a shop's signature. */
  | "shop-signature"
  /** More than `limit` requests at a time are refused, with `error_rate_limit` and HTTP 429, or others. */
  | "rate-limit"
  /** The app has made all calls of its day: `error_limit`, in the platform's words. */
  | "daily-limit"
  /** Where a success has nothing to say in `error`, `message` and `warning`, it says `-`, as some samples do. */
  | "dashes"
  /** In the answer of `media_space/upload_image`, the image with the number `image` has `error` and `message`. */
  | "image-error"
  /** `product/add_item` says that the video cannot be attached yet; with `after` the item is made all the same. */
  | "not-attachable"
  /** Of the endpoint `push`: the push is never sent; it is lost at once, and can be asked for. */
  | "drop"
  /** Of the endpoint `push`: the push is sent twice, at once. */
  | "duplicate"
  /** Of the endpoint `push`: the push is sent `ms` later, by the clock of pushes; a later one overtakes it. */
  | "delay";

/** Something that shall go wrong, and when. */
export interface Fault {
  /** What. */
  kind: FaultKind;
  /**
   * Where: `*`, `upload_video_part` (of both modules), `media/upload_video_part`, or `push` for the pushes that the
   * emulator sends. @default "*"
   */
  endpoint?: string | undefined;
  /** On which calls of it, counted from 1 from when the fault was added. @default every call */
  calls?: number | number[] | undefined;
  /** On every n-th call. */
  every?: number | undefined;
  /** On any call with this probability, 0 to 1. */
  probability?: number | undefined;
  /** Makes the dice of `probability` fall the same way again. @default 1 */
  seed?: number | undefined;
  /** Milliseconds of a stall, or of a delay. @default a stall lasts until the client gives up */
  ms?: number | undefined;
  /** HTTP status. */
  status?: number | undefined;
  /** Shopee's error code. */
  error?: string | undefined;
  /** Text of the error. */
  message?: string | undefined;
  /** Seconds, sent as `Retry-After`. */
  retryAfter?: number | undefined;
  /** Seconds, sent as `Retry-After` in its other form, the date. */
  retryAfterDate?: number | undefined;
  /** Whether the request is done before its answer is replaced. @default false */
  after?: boolean | undefined;
  /** How slowly an answer arrives. */
  bytesPerSecond?: number | undefined;
  /** Seconds that the clock is ahead; negative when it is behind. */
  offset?: number | undefined;
  /** Requests in flight that are still served. */
  limit?: number | undefined;
  /** Number of an image in its batch, from 0. */
  image?: number | undefined;
}

/** A parameter that some kinds of fault take. */
export type FaultParameter = Exclude<keyof Fault, "kind" | "endpoint" | "calls" | "every" | "probability" | "seed">;

const REPLACED: FaultParameter[] = ["retryAfter", "retryAfterDate", "after"];

/** What each kind of fault takes; the first is the one that `kind=value` sets. */
export const FAULT_PARAMETERS: Record<FaultKind, FaultParameter[]> = {
  "reset-before": [],
  "reset-after": [],
  "cut": [],
  "stall-before": ["ms"],
  "stall-after": ["ms"],
  "stall-middle": ["ms"],
  "slow": ["bytesPerSecond"],
  "truncated": [],
  "html": ["status", ...REPLACED],
  "empty": ["status", ...REPLACED],
  "status": ["status", ...REPLACED],
  "error": ["error", "message", "status", ...REPLACED],
  "clock": ["offset"],
  "expired-token": [],
  "shop-signature": [],
  "rate-limit": ["limit", "status", "error", "message", "retryAfter", "retryAfterDate"],
  "daily-limit": [],
  "dashes": [],
  "image-error": ["image", "error", "message"],
  "not-attachable": ["after"],
  "drop": [],
  "duplicate": [],
  "delay": ["ms"],
};

/** What a kind of fault cannot do without. */
export const NEEDED_PARAMETERS: Partial<Record<FaultKind, FaultParameter>> = {
  "slow": "bytesPerSecond",
  "status": "status",
  "error": "error",
  "clock": "offset",
  "rate-limit": "limit",
  "image-error": "image",
  "delay": "ms",
};

/** The faults that change how a request is judged, and leave its answer alone. */
export const JUDGED_FAULTS: ReadonlySet<FaultKind> = new Set(["clock", "expired-token", "shop-signature"]);

/** What a fault names in place of an endpoint when it is about pushes. */
export const PUSH = "push";

/** The faults of pushes, and of nothing else. */
export const PUSH_FAULTS: ReadonlySet<FaultKind> = new Set(["drop", "duplicate", "delay"]);
