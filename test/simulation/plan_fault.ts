import type { Fault } from "../../src/emulator/mod.ts";
import type { Random } from "../reliability/soak/plan.ts";
import type { Trouble } from "./plan_world.ts";

type Kind = Omit<Fault, "endpoint" | "calls">;

/** Of these, no call of an upload may fail that is made again. */
const TRANSIENT: readonly Kind[] = [
  ...[{ kind: "reset-before" }, { kind: "reset-after" }, { kind: "cut" }, { kind: "stall-before" }] as const,
  ...[{ kind: "stall-after" }, { kind: "stall-middle" }, { kind: "truncated" }, { kind: "html" }] as const,
  ...[{ kind: "html", status: 504, after: true }, { kind: "empty" }, { kind: "empty", after: true }] as const,
  ...[{ kind: "status", status: 429, retryAfter: 2 }, { kind: "status", status: 503, retryAfterDate: 2 }] as const,
  ...[{ kind: "status", status: 408 }, { kind: "status", status: 500 }] as const,
  { kind: "stall-before", ms: 500 },
  { kind: "stall-after", ms: 2_000 },
  { kind: "slow", bytesPerSecond: 300 },
  { kind: "error", error: "error_server" },
  { kind: "error", error: "product.error_server", status: 500, after: true },
  { kind: "error", error: "error_network", status: 403 },
  { kind: "error", error: "error_auth", message: "System error, please try again later.", status: 403 },
  { kind: "error", error: "error_rate_limit", status: 200, retryAfter: 1 },
  { kind: "rate-limit", limit: 0, retryAfter: 3 },
  { kind: "dashes" },
];

/** Each costs an upload the one correction of its kind that a call has. */
const CORRECTED: readonly Kind[] = [
  { kind: "expired-token" },
  { kind: "clock", offset: 3_600 },
  { kind: "clock", offset: -3_600 },
  { kind: "shop-signature" },
  { kind: "error", error: "invalid_acceess_token", status: 403 },
  { kind: "error", error: "error_auth", message: "Invalid access_token.", status: 403 },
];

/** Of these an upload may fail, and must do so in order. */
const FINAL: readonly Kind[] = [
  { kind: "error", error: "error_data", message: "A final one." },
  { kind: "error", error: "error_sign", status: 403 },
  { kind: "error", error: "error_invalid_upload_id" },
  { kind: "error", error: "product.error_unknown", message: "invalid or expired vid" },
  { kind: "error", error: "error_invalid_part_seq" },
  { kind: "error", error: "error_already_completed", after: true },
  { kind: "error", error: "error_of_tomorrow", status: 503 },
  { kind: "html", status: 403 },
  { kind: "daily-limit" },
];

const TOKENS = "auth/access_token/get";
/** Where a request goes wrong; parts more often, since there are more of them. */
const ENDPOINTS = [
  ...["init_video_upload", "upload_video_part", "upload_video_part", "upload_video_part"],
  ...["complete_video_upload", "complete_video_upload", "get_video_upload_result", "cancel_video_upload"],
  TOKENS,
];

/** Nothing has been done yet, so that a refresh token was not spent. */
const UNDONE = new Set(["reset-before", "status", "html", "dashes", "rate-limit"]);

/** Plans one fault of the emulator: of a call, or of a push. */
export function planEmulatorFault(dice: Random): Trouble {
  if (dice.next() < 0.1) {
    const fault = dice.pick<Fault>([
      { kind: "drop", endpoint: "push", calls: 1 },
      { kind: "duplicate", endpoint: "push", calls: 1 },
      { kind: "delay", endpoint: "push", calls: 1, ms: dice.pick([100, 10_000, 300_000]) },
    ]);
    return { kind: "fault", fault, isHarmless: true };
  }
  const endpoint = dice.pick(ENDPOINTS);
  const calls = dice.whole(1, 4);
  const family = dice.pick(["transient", "transient", "transient", "corrected", "final"] as const);
  const kinds = { transient: TRANSIENT, corrected: CORRECTED, final: FINAL };
  // Who asks for tokens names no session.
  const fits = ({ error = "", message = "" }: Kind) => endpoint !== TOKENS || !/upload_id|vid$/.test(error + message);
  const kind = dice.pick(kinds[family].filter(fits));
  // Now and then it lasts, and then hardly anything comes through.
  const lasts = dice.next() < 0.1;
  const fault: Fault = { ...kind, endpoint, ...(!lasts && { calls }) };
  const isHarmless = !lasts &&
    (family === "transient" || kind.kind === "expired-token" || kind.kind === "shop-signature") &&
    (endpoint !== TOKENS || (UNDONE.has(kind.kind) && !kind.after));
  return { kind: "fault", fault, isHarmless };
}
