import { expect, test } from "vitest";
import { isRateLimited, KNOWN_ERROR_CODES, ShopeeApiError, TransportError } from "../../mod.ts";
import { errorKind } from "../../src/platform/error_codes.ts";

test("the known codes are listed once each, without a module", () => {
  expect(KNOWN_ERROR_CODES).toEqual([...new Set(KNOWN_ERROR_CODES)].sort());
  for (const code of KNOWN_ERROR_CODES) expect(code).toMatch(/^[a-z_]+$/);
  expect(KNOWN_ERROR_CODES).toEqual(expect.arrayContaining([
    ...["error_sign", "error_param", "error_auth", "error_limit", "error_rate_limit", "error_busy", "error_server"],
    ...["invalid_acceess_token", "error_invalid_upload_id", "error_file_size", "error_invalid_part_size"],
    ...["error_already_completed", "error_tier_img_partial", "source_ip_undeclared", "refresh_token_expired"],
  ]));
});

test("each has the same kind with a module as without", () => {
  const other = KNOWN_ERROR_CODES.filter((code) => errorKind(code, "") !== errorKind(`product.${code}`, ""));
  // Without a module it is the gateway's, which counts by the day.
  expect(other).toEqual(["error_limit"]);
});

const answer = { code: "error_rate_limit", requestId: "1", status: 200, endpoint: "/api/v2/media/upload_image" };

test.each<[boolean, unknown]>([
  [true, new ShopeeApiError("Cannot", { ...answer, kind: "rate_limit" })],
  [true, new ShopeeApiError("Cannot", { ...answer, code: "error_busy", kind: "transient", status: 429 })],
  [true, new TransportError("Cannot", { endpoint: answer.endpoint, status: 429 })],
  [false, new ShopeeApiError("Cannot", { ...answer, code: "error_limit", kind: "daily_limit", status: 429 })],
  [false, new ShopeeApiError("Cannot", { ...answer, kind: "transient" })],
  [false, new TransportError("Cannot", { endpoint: answer.endpoint, status: 502 })],
  [false, new TransportError("Cannot", { endpoint: answer.endpoint, code: "ECONNREFUSED" })],
  [false, new Error("rate_limit")],
  [false, { name: "TransportError", status: 429 }],
  [false, undefined],
])("isRateLimited tells %s of %s", (expected, error) => {
  expect(isRateLimited(error)).toBe(expected);
});
