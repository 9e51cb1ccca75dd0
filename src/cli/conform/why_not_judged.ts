import { bareCode } from "../../platform/error_codes.ts";
import type { Reading } from "./reading.ts";

/** Why an answer says nothing about the platform. */
export interface NotJudged {
  reason: string;
  /**
   * What follows: the other probes may do better; or nothing else is asked, since the next answer would be the same; or not
   * even what is open is cancelled, since that would not be let in, either.
   */
  then: "go on" | "stop" | "stop at once";
}

/** Who gets one of these is not let in, or not yet: it is no answer to what was asked. */
const NO_PERMISSION: ReadonlySet<string> = new Set([
  ...["error_api_permission", "error_api_call_restricted", "api_suspended", "source_ip_undeclared"],
  ...["error_partner_key_expired", "error_kyc_auth", "shop_banned"],
]);

/** What {@linkcode whyNotJudged} has to know besides the answer. */
export interface WhyNotJudgedOptions {
  /** Whether the emulator takes this very call. */
  isGood: boolean;
  /** Whether the platform has taken any call so far. */
  isLetIn: boolean;
  /** Whether the path is wrong: then what stands in front of the platform may answer. */
  isAstray: boolean;
}

/** Tells why an answer cannot be compared with the emulator's, if it cannot. */
export function whyNotJudged(reading: Reading, options: WhyNotJudgedOptions): NotJudged | undefined {
  const { failure, wasSent, status, form, code, message, kind } = reading;
  const { isGood, isLetIn, isAstray } = options;
  if (failure !== undefined) return { reason: `no answer came (${failure})`, then: wasSent ? "go on" : "stop" };
  if (kind === "daily_limit") return { reason: "today's quota of the app is used up", then: "stop at once" };
  if (status === 429 || kind === "rate_limit") return { reason: "the calls come too fast for Shopee", then: "stop" };
  if (code === undefined) {
    if (isAstray) return undefined;
    const reason = `what answered was not Shopee (HTTP ${status}, ${form})`;
    if (status !== 403) return { reason, then: "go on" };
    return { reason: `${reason}: this machine's IP address may not be on the app's whitelist`, then: "stop" };
  }
  const said = `${message} (${code})`;
  if (NO_PERMISSION.has(bareCode(code))) return { reason: `the app may not make this call: ${said}`, then: "go on" };
  if (kind === "transient" || kind === "internal") return { reason: `Shopee was busy: ${said}`, then: "go on" };
  // A token may die on the way; the other two are wrong from the beginning, or not at all.
  const isShutOut = kind === "token" || !isLetIn && (kind === "access" || kind === "clock");
  if (!isGood || !isShutOut) return undefined;
  return { reason: `the credentials or this machine's clock are refused: ${said}`, then: "stop" };
}
