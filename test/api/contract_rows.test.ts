import { expect, test } from "vitest";
import type { ApiErrorKind } from "../../mod.ts";
import { type EndpointName, ENDPOINTS } from "../../src/platform/endpoints.ts";
import { resendsRequests } from "../../src/runtime.ts";
import { answerFetch, type FetchedAnswer, type FetchedRequest } from "../support/answer_fetch.ts";
import { CALL_NAMES, EVERY_CALL } from "../support/every_call.ts";
import { managerFor } from "../support/manager_for.ts";
import { wellDone } from "../support/recording_server.ts";
import { settle } from "../support/settle.ts";

const DAILY =
  "The total API call number made by your APP has reached the daily API call limit, please try again after 00: 00 (UTC+08:00)";
const INTERNAL = "Internal error, please contact openapi team";
/** Retries that are allowed here. */
const LIMIT = 3;

/** What a call does that is answered so for ever, and what when it is answered so once. */
interface Row {
  code: string;
  message?: string;
  kind: ApiErrorKind;
  /** Attempts in all. @default 1 */
  attempts?: number;
  /** Whether one such answer does not keep the call from succeeding. @default false */
  recovers?: boolean;
  /** @default false */
  retryable?: boolean;
}

const transient = { kind: "transient", attempts: LIMIT + 1, recovers: true, retryable: true } as const;
const internal = { kind: "internal", attempts: 3, recovers: true, retryable: true } as const;
const corrected = { attempts: 2, recovers: true } as const;

/** Section 5 of the contract, row by row. */
const ROWS: Row[] = [
  { code: "error_busy", ...transient },
  { code: "error_system_busy", ...transient },
  { code: "error_server", message: "Something wrong. Please try later.", ...transient },
  { code: "error_network", message: "Inner http call failed", ...transient },
  { code: "error_auth", message: "System error, please try again later.", ...transient },
  { code: "error_unknown", message: "Unknown error.", ...transient },
  { code: "error_busi", message: "Too many connections", ...transient },
  { code: "error_rate_limit", ...transient, kind: "rate_limit" },
  { code: "error_tier_img_partial", message: INTERNAL, ...internal },
  { code: "error_tier_img_old_app", message: INTERNAL, ...internal },
  { code: "error_param", message: "Timestamp is expired.", kind: "clock", ...corrected },
  { code: "error_param", message: "Invalid timestamp", kind: "clock", ...corrected },
  { code: "error_already_completed", kind: "already_completed" },
  { code: "error_invalid_upload_id", message: "Invalid upload_id.", kind: "unknown_id" },
  { code: "error_param", message: "invalid upload_id", kind: "unknown_id" },
  { code: "error_unknown", message: "invalid or expired vid", kind: "unknown_id" },
  { code: "error_param", message: "Upload task not found.", kind: "unknown_id" },
  { code: "error_invalid_part_seq", kind: "part_order" },
  { code: "error_limit", message: DAILY, kind: "daily_limit" },
  { code: "error_sign", message: "Wrong sign.", kind: "access" },
  { code: "error_auth", message: "Invalid sign", kind: "access" },
  { code: "invalid_partner_id", kind: "access" },
  { code: "error_partner_key_expired", kind: "access" },
  { code: "error_api_permission", message: "This app type has no permission to this API", kind: "access" },
  { code: "error_api_call_restricted", kind: "access" },
  { code: "api_suspended", kind: "access" },
  { code: "source_ip_undeclared", kind: "access" },
  { code: "shop_banned", kind: "access" },
  { code: "error_kyc_auth", kind: "access" },
  { code: "partner_shop_no_link", kind: "access" },
  { code: "error_shop_refresh_token", kind: "authorization" },
  { code: "refresh_token_expired", kind: "authorization" },
  { code: "shop_access_expired", kind: "authorization" },
  { code: "shop_no_linked", kind: "authorization" },
  { code: "invalid_code", kind: "authorization" },
  { code: "error_auth", message: "Invalid refresh_token.", kind: "authorization" },
  { code: "error_param", message: "request not from gateway", kind: "access" },
  { code: "error_file_size", kind: "refused" },
  { code: "error_param", message: "invalid parameter form is missing", kind: "refused" },
  { code: "error_busi", message: "The item is locked", kind: "refused" },
  { code: "error_not_found", kind: "refused" },
  { code: "error_data", kind: "refused" },
  { code: "error_of_tomorrow", message: "constructor", kind: "refused" },
];

/** The text stands in one of two places, and no HTTP status says more than the code. */
const VARIANTS = [[200, "message"], [403, "msg"], [500, "message"]] as const;
const PREFIXES = ["", "product.", "common.", "media_space."];

/** Answers in the platform's own shape. */
function wellDoneBy(request: FetchedRequest): FetchedAnswer {
  return { body: (wellDone(request as never, 0) as { json: unknown }).json };
}

async function callWith(name: EndpointName, answer: Parameters<typeof answerFetch>[0]) {
  const { fetch, requests } = answerFetch(answer);
  const media = managerFor({ url: "https://shopee.test" }, { fetch, retry: { limit: LIMIT, baseDelay: 0 } });
  return { requests, error: (await settle(EVERY_CALL[name](media))).error };
}

test.each(PREFIXES.flatMap((prefix) => ROWS.map((row) => ({ ...row, code: `${prefix}${row.code}` }))))(
  '$code "$message" is $kind, at every endpoint',
  async ({ code, message = "", kind, attempts = 1, recovers = false, retryable = false }) => {
    await Promise.all(CALL_NAMES.map(async (name, index) => {
      const { path: endpoint } = ENDPOINTS[name];
      const [status, place] = VARIANTS[index % VARIANTS.length]!;
      const refusal = { status, body: { error: code, [place]: message, request_id: "r1" } };

      const always = await callWith(name, () => refusal);
      // Where `fetch` by itself sends a request again, an earlier one of this very call may have completed the session.
      if (kind === "already_completed" && /complete/i.test(name) && resendsRequests()) {
        expect(always.error, name).toBeUndefined();
        return;
      }
      expect(always.error, name).toMatchObject({ name: "ShopeeApiError", code, kind, retryable, status, endpoint });
      expect((always.error as Error).message).toContain(`(${code})`);
      expect(always.requests.length, name).toBe(attempts);

      const once = await callWith(name, (request, index) => index === 0 ? refusal : wellDoneBy(request));
      if (recovers) expect(once.error, name).toBeUndefined();
      else expect(once.error, name).toMatchObject({ code, kind });
      expect(once.requests.length, name).toBe(recovers ? 2 : 1);
    }));
  },
);

/** What depends on how the call was signed. */
const TOKEN_ROWS: [code: string, message: string, whenPublic: ApiErrorKind, whenShop: ApiErrorKind][] = [
  ["error_param", "There is no access_token in query.", "signing_mode", "signing_mode"],
  ["error_auth", "Invalid access_token.", "signing_mode", "token"],
  ["invalid_acceess_token", "Invalid access_token.", "token", "token"],
  ["invalid_access_token", "", "token", "token"],
];

test.each(PREFIXES.flatMap((prefix) => TOKEN_ROWS.map(([code, ...row]) => [`${prefix}${code}`, ...row] as const)))(
  '%s "%s" is %s of a call that was signed without a token, and else %s',
  async (code, message, whenPublic, whenShop) => {
    for (const name of CALL_NAMES) {
      for (const signAs of ["public", "shop"] as const) {
        const isPublic = ENDPOINTS[name].auth === "public" && signAs === "public";
        const kind = isPublic ? whenPublic : whenShop;
        const { fetch, requests } = answerFetch((request, index) =>
          index === 0 ? { status: 403, body: { error: code, message, request_id: "r1" } } : wellDoneBy(request)
        );
        let token = "token-0";
        const accessToken = { get: () => token, refresh: () => token = "token-1" };
        const media = managerFor({ url: "https://shopee.test" }, { fetch, signAs, accessToken });
        const { error } = await settle(EVERY_CALL[name](media));
        const signed = requests.map(({ query }) => query.get("access_token"));
        if (kind === "token" && !isPublic) expect([error, signed], name).toEqual([undefined, ["token-0", "token-1"]]);
        else if (kind === "signing_mode" && isPublic) {
          expect([error, signed], name).toEqual([undefined, [null, "token-0"]]);
        } else expect([error, signed.length], name).toMatchObject([{ code, kind, retryable: false }, 1]);
      }
    }
  },
);

test.each<[what: string, answer: FetchedAnswer, attempts: number, message: RegExp]>([
  ["HTML of a gateway", { status: 502, body: "<html>" }, LIMIT + 1, /not Shopee \(HTTP 502/],
  ["HTML with HTTP 200", { body: "<html>" }, LIMIT + 1, /not Shopee/],
  ["nothing", { body: "" }, LIMIT + 1, /not Shopee/],
  ["half an envelope", { body: '{"error":"","mess' }, LIMIT + 1, /not Shopee/],
  ["half an envelope with HTTP 403", { status: 403, body: '{"error":"error_au' }, LIMIT + 1, /not Shopee/],
  ["HTTP 408", { status: 408, body: "" }, LIMIT + 1, /HTTP 408/],
  ["HTTP 429", { status: 429, body: "" }, LIMIT + 1, /HTTP 429/],
  ["HTTP 500", { status: 500, body: "{}" }, LIMIT + 1, /HTTP 500/],
  ["HTTP 404", { status: 404, body: { message: "no Route matched" } }, LIMIT + 1, /HTTP 404/],
  ["HTML with HTTP 403", { status: 403, body: "<html>Access denied" }, 1, /HTTP 403.*IP address.*whitelist/],
  ["nothing with HTTP 403", { status: 403, body: "" }, 1, /HTTP 403.*IP address.*whitelist/],
  ["other JSON with HTTP 403", { status: 403, body: { message: "Forbidden" } }, 1, /HTTP 403.*IP address.*whitelist/],
])("%s is answered to every endpoint", async (_, answer, attempts, message) => {
  for (const name of CALL_NAMES) {
    const { error, requests } = await callWith(name, () => answer);
    const { status = 200 } = answer;
    expect(error, name).toMatchObject({ name: "TransportError", status, retryable: attempts > 1 });
    expect((error as Error).message).toMatch(message);
    expect(requests.length, name).toBe(attempts);
  }
});
