import fc from "fast-check";
import { expect, test } from "vitest";
import type { ApiErrorKind } from "../../mod.ts";
import { bareCode, errorKind, explainCode } from "../../src/platform/error_codes.ts";

const DAILY =
  "The total API call number made by your APP has reached the daily API call limit, please try again after 00: 00 (UTC+08:00)";

/** Section 5 of the contract, row by row; the texts are the platform's own. */
const ROWS: [code: string, message: string, kind: ApiErrorKind][] = [
  ["error_busy", "", "transient"],
  ["error_system_busy", "System busy", "transient"],
  ["error_server", "Something wrong. Please try later.", "transient"],
  ["error_network", "Inner http call failed", "transient"],
  ["error_unknown", "Unknown error.", "transient"],
  ["error_auth", "System error, please try again later.", "transient"],
  ["error_busi", "Too many connections", "transient"],
  ["error_busi", "The item is locked", "refused"],
  ["error_rate_limit", "", "rate_limit"],
  ["error_param", "Timestamp is expired.", "clock"],
  ["error_param", "Invalid timestamp", "clock"],
  ["invalid_acceess_token", "", "token"],
  ["invalid_access_token", "", "token"],
  ["error_auth", "Invalid access_token.", "token"],
  ["error_param", "There is no access_token in query.", "signing_mode"],
  ["error_already_completed", "", "already_completed"],
  ["error_invalid_upload_id", "Invalid upload_id.", "unknown_id"],
  ["error_param", "invalid upload_id", "unknown_id"],
  ["error_unknown", "invalid or expired vid", "unknown_id"],
  ["error_param", "Upload task not found.", "unknown_id"],
  ["error_invalid_part_seq", "", "part_order"],
  ["error_tier_img_partial", "Internal error, please contact openapi team", "internal"],
  ["error_tier_img_old_app", "Internal error, please contact openapi team", "internal"],
  ["error_sign", "Wrong sign.", "access"],
  ["error_auth", "Invalid sign", "access"],
  ["invalid_partner_id", "", "access"],
  ["error_partner_key_expired", "", "access"],
  ["error_api_permission", "This app type has no permission to this API", "access"],
  ["error_api_call_restricted", "", "access"],
  ["api_suspended", "", "access"],
  ["source_ip_undeclared", "", "access"],
  ["shop_banned", "", "access"],
  ["error_kyc_auth", "", "access"],
  ["partner_shop_no_link", "", "access"],
  ["error_param", "request not from gateway", "access"],
  ["error_param", "get video dispatcher info fail, code 242400101", "not_attachable"],
  ["error_of_tomorrow", "get video dispatcher info fail", "not_attachable"],
  ["error_file_size", "", "refused"],
  ["error_param", "invalid parameter invalid file_md5: abc", "refused"],
  ["error_not_found", "", "refused"],
  ["error_data", "", "refused"],
];

const PREFIXES = ["", "product.", "prodct.", "common.", "media_space.", "a1_b."];
const rows = ROWS.flatMap(([code, message, kind]) =>
  PREFIXES.map((prefix): [string, string, ApiErrorKind] => [`${prefix}${code}`, message, kind])
);

test.each(rows)('%s "%s" is %s', (code, message, kind) => expect(errorKind(code, message)).toBe(kind));

test.each([
  ["error_limit", DAILY, "daily_limit"],
  ["error_limit", "", "daily_limit"],
  ["common.error_limit", DAILY, "daily_limit"],
  ["logistics.error_limit", "The number of addresses is at its limit", "refused"],
])('%s "%s" is %s', (code, message, kind) => expect(errorKind(code, message)).toBe(kind));

test.each(["a.b.error_server", "Product.error_server", "1.error_server", ".error_server", "product..error_server"])(
  "%s names no module that is known to be left out",
  (code) => expect(errorKind(code, "")).toBe("refused"),
);

test.each(["constructor", "__proto__", "toString", "product.constructor", "hasOwnProperty", ""])(
  "%j is just unknown",
  (code) => expect(errorKind(code, "anything")).toBe("refused"),
);

test("any code and text has a kind, and loses at most one segment", () => {
  fc.assert(fc.property(fc.string(), fc.string(), (code, message) => {
    expect(typeof errorKind(code, message)).toBe("string");
    expect(code.endsWith(bareCode(code))).toBe(true);
  }));
});

test.each([
  ["error_invalid_upload_id", "Invalid upload_id.", "the session is unknown to Shopee"],
  ["product.error_invalid_upload_id", "", "the session is unknown to Shopee"],
  ["product.error_param", " image is invalid. ", "image is invalid"],
  ["constructor", "", "Shopee says no more"],
])('%s "%s" means: %s', (code, message, reason) => expect(explainCode(code, message)).toBe(reason));
