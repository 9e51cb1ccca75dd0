import { expect, test } from "vitest";
import { createMemoryStore, createRefreshingToken, type MediaManagerOptions } from "../../mod.ts";
import { CREDENTIALS, managerFor } from "../support/manager_for.ts";
import { failure, startRecordingServer } from "../support/recording_server.ts";
import { settle } from "../support/settle.ts";

const SOURCE = { get: () => Promise.resolve("stale"), refresh: () => Promise.resolve("fresh") };

test.each<[code: string, text: string, options: Partial<MediaManagerOptions>, advice: RegExp]>([
  [
    "error_sign",
    "Wrong sign.",
    {},
    /Wrong sign; check partnerId, partnerKey and region: .* this went to http:\/\/127\.0/,
  ],
  ["invalid_partner_id", "Invalid partner_id.", {}, /check partnerId, partnerKey and region/],
  ["product.error_sign", "Wrong sign.", {}, /check partnerId, partnerKey and region/],
  ["invalid_acceess_token", "", {}, /check accessToken, .*createRefreshingToken/],
  ["error_auth", "Invalid access_token.", {}, /Invalid access_token; check accessToken, .*createRefreshingToken/],
  ["invalid_acceess_token", "", { accessToken: SOURCE }, /check shopId and region, or the seller has to authorise/],
  ["partner_shop_no_link", "partner and shop has no linked.", {}, /check shopId: the shop has to authorise the app/],
  ["error_api_permission", "No permission to current api.", {}, /the app's category does not allow this call/],
  ["error_partner_key_expired", "", {}, /make a new one in the console/],
  ["source_ip_undeclared", "", {}, /this machine's IP address is not on the app's whitelist/],
])("%s: %s is told with what may help", async (code, text, options, advice) => {
  const server = await startRecordingServer(() => failure(code, text));
  const { error } = await settle(managerFor(server, options).cancelVideoUpload({ video_upload_id: "sg_1" }));
  expect(error).toMatchObject({ name: "ShopeeApiError", code, message: expect.stringMatching(advice) });
  const { message } = error as Error;
  expect(message).toMatch(/^Cannot cancel the upload sg_1: /);
  expect(message.endsWith(` (${code})`)).toBe(true);
  expect(message).not.toContain(CREDENTIALS.partnerKey);
});

test.each([
  ["error_param", "invalid parameter"],
  ["error_server", "Something wrong."],
  ["shop_banned", "Shop is banned."],
])("%s is told in Shopee's words alone", async (code, text) => {
  const server = await startRecordingServer(() => failure(code, text));
  const { error } = await settle(managerFor(server).cancelVideoUpload({ video_upload_id: "sg_1" }));
  expect(error).toHaveProperty("message", `Cannot cancel the upload sg_1: ${text.replace(".", "")} (${code})`);
});

test.each([
  ["error_auth", "Invalid refresh_token."],
  ["error_shop_refresh_token", ""],
  ["refresh_token_expired", ""],
])("a refresh that ends in %s: %s tells that the seller has to authorise the app again", async (code, text) => {
  const server = await startRecordingServer(() => failure(code, text));
  const tokens = createRefreshingToken({
    ...CREDENTIALS,
    ...{ baseUrl: server.url, store: createMemoryStore(), refreshToken: "spent", retry: { limit: 0 } },
  });
  const { error } = await settle(tokens.get());
  expect(error).toMatchObject({ code, message: expect.stringContaining("the seller has to authorise the app again") });
});
