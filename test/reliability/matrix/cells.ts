import type { VideoModule } from "../../../mod.ts";
import type { Fault } from "../../../src/emulator/mod.ts";

/** Which call of an upload goes wrong. */
export type Stage = "token" | "init" | "part" | "complete" | "result" | "cancel" | "images";

/** All stages, in their order. */
export const STAGES: readonly Stage[] = ["token", "init", "part", "complete", "result", "cancel", "images"];

/** Name of the stage's endpoint, as a fault wants it. */
export const ENDPOINT_OF_STAGE: Readonly<Record<Stage, string>> = {
  token: "auth/access_token/get",
  init: "init_video_upload",
  part: "upload_video_part",
  complete: "complete_video_upload",
  result: "get_video_upload_result",
  cancel: "cancel_video_upload",
  images: "upload_image",
};

/** One thing that can go wrong, and what the contract says about it. */
export interface FaultCase {
  /** What to call it. */
  name: string;
  /** What the emulator is told. */
  fault: Omit<Fault, "endpoint" | "calls">;
  /**
   * - `harmless`: the answer comes, if late;
   * - `transient`: to be sent again;
   * - `token`: to be sent again with another access token, where the call has one;
   * - `expired`: as `token`, but calls without a token do not notice;
   * - `clock`: to be sent again with another timestamp;
   * - `unknown_id`: the session is gone, so the upload starts over, once; what was completed may be unknown for a while;
   * - `access`: not to be sent again, but of use again once the credentials are right;
   * - `daily_limit`: no call can be made before the next day, not even to cancel;
   * - `final`: not to be sent again.
   */
  kind: "harmless" | "transient" | "token" | "expired" | "clock" | "unknown_id" | "access" | "daily_limit" | "final";
  /** Whether the request takes effect although its answer is of no use. */
  done?: boolean;
  /** Shopee's code when it lasts; a fault without one ends in a `TransportError`. */
  code?: string;
  /** Where alone it can go wrong. @default everywhere */
  only?: { module: VideoModule; stage: Stage };
  /** A stage at which it means nothing. @default none */
  except?: Stage;
  /** Whether the answer takes longer than the usual time limit. */
  slow?: boolean;
}

/** Every fault of a call that the emulator knows, at least once. */
export const FAULT_CASES: readonly FaultCase[] = [
  { name: "reset before", kind: "transient", fault: { kind: "reset-before" } },
  { name: "reset after (done)", kind: "transient", done: true, fault: { kind: "reset-after" } },
  { name: "cut in the answer (done)", kind: "transient", done: true, fault: { kind: "cut" } },
  { name: "stall before", kind: "transient", fault: { kind: "stall-before" } },
  { name: "stall after (done)", kind: "transient", done: true, fault: { kind: "stall-after" } },
  { name: "stall in the answer (done)", kind: "transient", done: true, fault: { kind: "stall-middle" } },
  { name: "stall of 40 ms", kind: "harmless", fault: { kind: "stall-before", ms: 40 } },
  { name: "5 bytes a second (done)", kind: "transient", done: true, fault: { kind: "slow", bytesPerSecond: 5 } },
  { name: "slow, but in time", kind: "harmless", slow: true, fault: { kind: "slow", bytesPerSecond: 5000 } },
  { name: "half of the JSON (done)", kind: "transient", done: true, fault: { kind: "truncated" } },
  { name: "HTML 502", kind: "transient", fault: { kind: "html" } },
  { name: "HTML 504 (done)", kind: "transient", done: true, fault: { kind: "html", status: 504, after: true } },
  // The platform's edge, to an address that is not on the app's whitelist.
  { name: "HTML 403", kind: "access", fault: { kind: "html", status: 403 } },
  { name: "empty 200", kind: "transient", fault: { kind: "empty" } },
  { name: "empty 200 (done)", kind: "transient", done: true, fault: { kind: "empty", after: true } },
  { name: "HTTP 408", kind: "transient", fault: { kind: "status", status: 408 } },
  { name: "HTTP 429", kind: "transient", fault: { kind: "status", status: 429 } },
  { name: "HTTP 429, Retry-After 1", kind: "transient", fault: { kind: "status", status: 429, retryAfter: 1 } },
  { name: "HTTP 500", kind: "transient", fault: { kind: "status", status: 500 } },
  { name: "HTTP 503, Retry-After date", kind: "transient", fault: { kind: "status", status: 503, retryAfterDate: 1 } },
  answer("transient", "error_server"),
  answer("transient", "error_server", { status: 500, after: true }),
  answer("transient", "product.error_server"),
  answer("transient", "error_network", { status: 403 }),
  answer("transient", "error_auth", { message: "System error, please try again later.", status: 403 }),
  answer("transient", "error_rate_limit", { status: 200 }),
  { name: "rate limit of 0", kind: "transient", code: "error_rate_limit", fault: { kind: "rate-limit", limit: 0 } },
  answer("token", "invalid_acceess_token", { status: 403 }),
  answer("token", "invalid_access_token"),
  answer("token", "error_auth", { message: "Invalid access_token.", status: 403 }),
  { name: "token expires", kind: "expired", code: "invalid_acceess_token", fault: { kind: "expired-token" } },
  { name: "clock 1 h ahead", kind: "clock", code: "error_param", fault: { kind: "clock", offset: 3600 } },
  { name: "clock 1 h behind", kind: "clock", code: "error_param", fault: { kind: "clock", offset: -3600 } },
  imageError("transient", "error_server"),
  imageError("transient", "error_tier_img_old_app"),
  answer("daily_limit", "error_limit", { status: 429 }),
  { name: "the daily limit", kind: "daily_limit", code: "error_limit", fault: { kind: "daily-limit" } },
  { name: "dashes for success", kind: "harmless", fault: { kind: "dashes" } },
  // Whoever asks for a token has none to sign with.
  { name: "shop's signature wanted", kind: "harmless", except: "token", fault: { kind: "shop-signature" } },
  answer("access", "error_sign", { status: 403 }),
  answer("final", "error_param", { message: "There is no such thing." }),
  answer("access", "error_api_permission", { status: 403 }),
  answer("final", "error_file_size"),
  answer("unknown_id", "error_invalid_upload_id"),
  answer("unknown_id", "product.error_unknown", { message: "invalid or expired vid" }),
  answer("final", "error_of_tomorrow", { status: 503 }),
];

function answer(kind: FaultCase["kind"], code: string, more: Partial<Fault> = {}): FaultCase {
  const { message, status, after } = more;
  const name = [code, message, status && `on HTTP ${status}`, after && "(done)"].filter(Boolean).join(" ");
  return { name, kind, code, done: after ?? false, fault: { kind: "error", error: code, ...more } };
}

function imageError(kind: FaultCase["kind"], code: string): FaultCase {
  const fault = { kind: "image-error", image: 0, error: code } as const;
  return { name: `${code} of one image`, kind, code, fault, only: { module: "media_space", stage: "images" } };
}

/** One run of the fault matrix: one fault at one stage. */
export interface Cell {
  faultCase: FaultCase;
  module: VideoModule;
  stage: Stage;
  /** Whether the first call of the stage goes wrong, or every one. */
  calls: "first" | "every";
  /** How the emulator words what it answers. */
  dialect: Dialect;
  /** Whether the upload has a checkpoint, and is resumed without the fault when it has failed. */
  resumed: boolean;
}

/** How an emulator words its answers. */
export type Dialect = "samples" | "reference";

/** Every cell of the matrix, in both dialects. */
export function allCells(): Cell[] {
  return (["samples", "reference"] as const).flatMap(cellsOf);
}

function cellsOf(dialect: Dialect): Cell[] {
  const cells: Cell[] = [];
  for (const faultCase of FAULT_CASES) {
    const { only } = faultCase;
    for (const module of ["media_space", "media"] as const) {
      for (const stage of STAGES) {
        if (only !== undefined && (only.module !== module || only.stage !== stage)) continue;
        // `media` has no call that wants a token.
        if (module === "media" && stage === "token" || stage === faultCase.except) continue;
        cells.push({ dialect, faultCase, module, stage, calls: "first", resumed: false });
        // A slow answer to every question would be a run of minutes.
        if (faultCase.slow) continue;
        cells.push({ dialect, faultCase, module, stage, calls: "every", resumed: false });
        if (stage === "cancel" || stage === "images") continue;
        cells.push({ dialect, faultCase, module, stage, calls: "every", resumed: true });
      }
    }
  }
  return cells;
}

/** Refusals of a batch of images for which one of them may be to blame: each is then sent alone. */
const BLAMES_AN_IMAGE = new Set(["error_param", "error_file_size"]);

/** What a refresh token that has served once is answered with. */
const SPENT_TOKEN: Readonly<Record<Dialect, string>> = { samples: "error_auth", reference: "error_shop_refresh_token" };

/**
 * What the contract lets a run come to: `succeeded`, `aborted` with the caller's own reason, or an error's name with
 * Shopee's code.
 *
 * @param cell The run.
 * @returns Every outcome that keeps the promises; mostly one.
 */
export function expectedOutcomes(cell: Cell): string[] {
  const { dialect, faultCase: { kind, code, done }, stage, calls } = cell;
  const lasting = code === undefined ? "TransportError" : `ShopeeApiError ${code}`;
  // Whatever becomes of the cancel, the caller sees why the upload was given up.
  if (stage === "cancel") return ["aborted"];

  switch (kind) {
    case "harmless":
      return ["succeeded"];
    case "unknown_id":
      if (calls === "first") return [["part", "complete", "result"].includes(stage) ? "succeeded" : lasting];
      return [stage === "result" ? "ResultTimeoutError" : lasting];
    case "access":
    case "daily_limit":
    case "final":
      return [stage === "images" && calls === "first" && BLAMES_AN_IMAGE.has(code!) ? "succeeded" : lasting];
    case "token":
      // By this code a call without a token learns that it wants the shop's signature.
      return [
        (hasToken(cell) || code === "error_auth") && calls === "first" && stage !== "token" ? "succeeded" : lasting,
      ];
    case "expired":
      return [hasToken(cell) && calls === "every" ? lasting : "succeeded"];
    case "clock":
      // A clock that is right again after one answer: the one correction that the contract grants may be used up.
      return calls === "first" ? ["succeeded", lasting] : ["succeeded"];
    case "transient":
      // The new pair went down with the answer, and a refresh token serves once: the shop must be authorised again.
      if (calls === "first") {
        return [stage === "token" && done ? `ShopeeApiError ${SPENT_TOKEN[dialect]}` : "succeeded"];
      }
      if (stage === "complete" && done) return ["succeeded"];
      return [stage === "result" ? "ResultTimeoutError" : lasting];
  }
}

/** Whether the stage's call carries an access token. */
function hasToken({ module, stage }: Cell): boolean {
  return module === "media_space" && ["init", "result", "cancel"].includes(stage);
}
