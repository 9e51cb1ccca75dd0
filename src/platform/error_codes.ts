import type { ApiErrorKind } from "../errors.ts";

/**
 * What to do about a failed attempt:
 *
 * - `retry`: the failure is transient, so wait and send again;
 * - `throttle`: as `retry`, and every other call has to go slower, too;
 * - `clock`: correct the clock and sign again;
 * - `token`: get another access token and sign again;
 * - `sign_for_shop`: sign again, with the shop's token;
 * - `fail`: the failure is final.
 */
export type Remedy = "retry" | "throttle" | "clock" | "token" | "sign_for_shop" | "fail";

const REMEDIES: Readonly<Partial<Record<ApiErrorKind, Remedy>>> = {
  transient: "retry",
  internal: "retry",
  rate_limit: "throttle",
  clock: "clock",
  token: "token",
  signing_mode: "sign_for_shop",
};

/** Retries, at the most, of an error that says "Internal error, please contact openapi team". */
export const INTERNAL_ERROR_RETRIES = 2;

/** What to say where Shopee's own text tells less than the code does. */
const EXPLANATIONS: ReadonlyMap<string, string> = new Map([
  ["error_invalid_upload_id", "the session is unknown to Shopee"],
  ["error_already_completed", "the session was completed before"],
  ["error_rate_limit", "the calls come too fast for Shopee"],
  ["error_partner_key_expired", "the partner key has expired, so make a new one in the console"],
  ["source_ip_undeclared", "this machine's IP address is not on the app's whitelist"],
]);

/** Returns the remedy for a kind of error: `fail` for those that no other attempt helps. */
export function remedyFor(kind: ApiErrorKind): Remedy {
  return REMEDIES[kind] ?? "fail";
}

/** Kinds of errors that one code stands for, by what the text says; the first that fits counts. */
export type Readings = readonly (readonly [kind: ApiErrorKind, text: RegExp])[];

const ANY = /^/;
const UNKNOWN_ID: Readings[number] = ["unknown_id", /invalid upload_id|upload task not found|invalid or expired vid/i];
/** Of `add_item`, whatever its code: the video is too new. */
const NOT_ATTACHABLE = /get video dispatcher info fail|242400101/i;
const DAILY_LIMIT: Readings[number] = ["daily_limit", /daily api call limit/i];

/**
 * The codes that are known, and what they ask for unless they are "refused". Some are in the reference, some only in the platform's own samples or in what
 * clients report; `docs/contract.md` tells which.
 */
export const READINGS: ReadonlyMap<string, Readings> = new Map<string, Readings>([
  ["error_busy", [["transient", ANY]]],
  ["error_system_busy", [["transient", ANY]]],
  ["error_server", [["transient", ANY]]],
  ["error_network", [["transient", ANY]]],
  ["error_unknown", [UNKNOWN_ID, ["transient", ANY]]],
  ["error_busi", [["transient", /too many connections/i]]],
  ["error_tier_img_partial", [["internal", ANY]]],
  ["error_tier_img_old_app", [["internal", ANY]]],
  ["error_rate_limit", [["rate_limit", ANY]]],
  ["error_limit", [DAILY_LIMIT]],
  ["error_param", [
    UNKNOWN_ID,
    ["clock", /timestamp is expired|invalid timestamp/i],
    ["signing_mode", /there is no access_token in query/i],
    ["access", /request not from gateway/i],
  ]],
  ["error_auth", [
    ["transient", /system error/i],
    ["token", /invalid acc?ee?ss_token/i],
    ["authorization", /invalid refresh_token/i],
    ["access", ANY],
  ]],
  ["invalid_acceess_token", [["token", ANY]]],
  ["invalid_access_token", [["token", ANY]]],
  ["error_invalid_upload_id", [["unknown_id", ANY]]],
  ["error_already_completed", [["already_completed", ANY]]],
  ["error_invalid_part_seq", [["part_order", ANY]]],
  ...[
    ...["error_sign", "invalid_partner_id", "error_partner_key_expired", "error_api_permission"],
    ...["error_api_call_restricted", "api_suspended", "source_ip_undeclared", "shop_banned"],
    ...["error_kyc_auth", "partner_shop_no_link"],
  ].map((code): [string, Readings] => [code, [["access", ANY]]]),
  // Of the calls that get tokens.
  ...["error_shop_refresh_token", "refresh_token_expired", "shop_access_expired", "shop_no_linked", "invalid_code"]
    .map((code): [string, Readings] => [code, [["authorization", ANY]]]),
  ...["error_data", "error_file_size", "error_invalid_part_size"].map((code): [string, Readings] => [code, []]),
]);

/**
 * The error codes that are known of the calls of this package, without a module: for a list to choose from, for metrics. Any
 * other can appear any day, so go by `kind` of a {@linkcode ShopeeApiError}.
 */
export const KNOWN_ERROR_CODES: readonly string[] = [...READINGS.keys()].sort();

/**
 * Finds what an error asks of a client. Its code decides, whatever the HTTP status, and where one code stands for several
 * things, its text.
 *
 * @param code Shopee's error code. If it is unknown as it stands, it counts without its first segment, the name of a module
 * (`product.error_server`).
 * @param message Shopee's text.
 * @returns The kind.
 */
export function errorKind(code: string, message: string): ApiErrorKind {
  // Without a module it is the gateway's limit, and that is counted by the day.
  if (code === "error_limit") return "daily_limit";
  if (NOT_ATTACHABLE.test(message)) return "not_attachable";
  const readings = READINGS.get(code) ?? READINGS.get(bareCode(code)) ?? [];
  return readings.find(([, text]) => text.test(message))?.[0] ?? "refused";
}

/**
 * Returns an error code without the module that it may name.
 *
 * @param code Such as `product.error_param`.
 * @returns Such as `error_param`. Never more than one segment is left out.
 */
export function bareCode(code: string): string {
  return code.replace(/^[a-z][a-z0-9_]*\./, "");
}

/**
 * Tells whether a code, as it stands, is a known one of the platform's.
 *
 * @param code Such as `error_param`.
 * @returns Whether it is.
 */
export function isKnownCode(code: string): boolean {
  return READINGS.has(code);
}

/**
 * Says what an error means: a reason to end "Cannot …: " with.
 *
 * @param code Shopee's code.
 * @param message Shopee's text, which is used where the code alone does not tell more.
 * @returns The reason, without a full stop.
 */
export function explainCode(code: string, message: string): string {
  const said = message.trim().replace(/\.$/, "");
  return EXPLANATIONS.get(bareCode(code)) ?? (said || "Shopee says no more");
}
