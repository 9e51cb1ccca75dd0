import type { VideoModule } from "../../mod.ts";
import type { Fault } from "../../src/emulator/mod.ts";

/** Which call of an upload goes wrong. */
export type Stage = "token" | "init" | "part" | "complete" | "result" | "cancel" | "images";

/** One thing that can go wrong, and what the contract (section 5) says about it. */
export interface FaultCase {
  /** What to call it. */
  name: string;
  /** What the emulator is told. */
  fault: Omit<Fault, "endpoint" | "calls">;
  /**
   * - `harmless`: the answer comes, if late;
   * - `passing`: to be sent again;
   * - `token`: to be sent again with another access token, where the call has one;
   * - `expired`: as `token`, but calls without a token do not notice;
   * - `clock`: to be sent again with another timestamp;
   * - `final`: not to be sent again.
   */
  kind: "harmless" | "passing" | "token" | "expired" | "clock" | "final";
  /** Whether the request takes effect although its answer is of no use. */
  done?: boolean;
  /** Shopee's code when it does not pass; a fault without one ends in a `TransportError`. */
  code?: string;
  /** Where alone it can go wrong. @default everywhere */
  only?: { module: VideoModule; stage: Stage };
  /** Whether the answer takes longer than the usual time limit. */
  slow?: boolean;
}

function answer(kind: "passing" | "token" | "final", code: string, more: Partial<Fault> = {}): FaultCase {
  const { message, status, after } = more;
  const name = [code, message, status && `on HTTP ${status}`, after && "(done)"].filter(Boolean).join(" ");
  return { name, kind, code, done: after ?? false, fault: { kind: "error", error: code, ...more } };
}

function imageError(kind: "passing" | "final", code: string): FaultCase {
  const fault = { kind: "image-error", image: 0, error: code } as const;
  return { name: `${code} of one image`, kind, code, fault, only: { module: "media_space", stage: "images" } };
}

/** Every fault of a call that the emulator knows, at least once. */
export const FAULT_CASES: readonly FaultCase[] = [
  { name: "reset before", kind: "passing", fault: { kind: "reset-before" } },
  { name: "reset after (done)", kind: "passing", done: true, fault: { kind: "reset-after" } },
  { name: "cut in the answer (done)", kind: "passing", done: true, fault: { kind: "cut" } },
  { name: "stall before", kind: "passing", fault: { kind: "stall-before" } },
  { name: "stall after (done)", kind: "passing", done: true, fault: { kind: "stall-after" } },
  { name: "stall in the answer (done)", kind: "passing", done: true, fault: { kind: "stall-middle" } },
  { name: "stall of 40 ms", kind: "harmless", fault: { kind: "stall-before", ms: 40 } },
  { name: "20 bytes a second (done)", kind: "passing", done: true, fault: { kind: "slow", bytesPerSecond: 20 } },
  { name: "slow, but in time", kind: "harmless", slow: true, fault: { kind: "slow", bytesPerSecond: 5000 } },
  { name: "half of the JSON (done)", kind: "passing", done: true, fault: { kind: "truncated" } },
  { name: "HTML 502", kind: "passing", fault: { kind: "html" } },
  { name: "HTML 504 (done)", kind: "passing", done: true, fault: { kind: "html", status: 504, after: true } },
  { name: "empty 200", kind: "passing", fault: { kind: "empty" } },
  { name: "empty 200 (done)", kind: "passing", done: true, fault: { kind: "empty", after: true } },
  { name: "HTTP 408", kind: "passing", fault: { kind: "status", status: 408 } },
  { name: "HTTP 429", kind: "passing", fault: { kind: "status", status: 429 } },
  { name: "HTTP 429, Retry-After 1", kind: "passing", fault: { kind: "status", status: 429, retryAfter: 1 } },
  { name: "HTTP 500", kind: "passing", fault: { kind: "status", status: 500 } },
  { name: "HTTP 503, Retry-After date", kind: "passing", fault: { kind: "status", status: 503, retryAfterDate: 1 } },
  answer("passing", "error_server"),
  answer("passing", "error_server", { status: 500, after: true }),
  answer("passing", "error_network", { status: 403 }),
  answer("passing", "error_auth", { message: "System error, please try again later.", status: 403 }),
  answer("passing", "error_rate_limit", { status: 200 }),
  { name: "rate limit of 0", kind: "passing", code: "error_rate_limit", fault: { kind: "rate-limit", limit: 0 } },
  answer("token", "invalid_acceess_token", { status: 403 }),
  answer("token", "invalid_access_token"),
  answer("token", "error_auth", { message: "Invalid access_token.", status: 403 }),
  { name: "token expires", kind: "expired", code: "invalid_acceess_token", fault: { kind: "expired-token" } },
  { name: "clock 1 h ahead", kind: "clock", code: "error_param", fault: { kind: "clock", offset: 3600 } },
  { name: "clock 1 h behind", kind: "clock", code: "error_param", fault: { kind: "clock", offset: -3600 } },
  imageError("passing", "error_server"),
  imageError("final", "error_tier_img_old_app"),
  answer("final", "error_limit", { status: 429 }),
  answer("final", "error_sign", { status: 403 }),
  answer("final", "error_param", { message: "There is no such thing." }),
  answer("final", "error_api_permission", { status: 403 }),
  answer("final", "error_file_size"),
  answer("final", "error_invalid_upload_id"),
  answer("final", "error_of_tomorrow", { status: 503 }),
];
