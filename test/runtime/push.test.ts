import { expect, test } from "vitest";
import { createPushHandler, type VideoUploadPush } from "../../src/push/mod.ts";

const pushPartnerKey = "5a6b7c8d9e0f5a6b7c8d9e0f5a6b7c8d";
const callbackUrl = "https://shop.example/shopee/pushes?tenant=7";
const body = '{"data":{"video_upload_id":"sg_90ce045e_000000","status":"SUCCEEDED","message":""},' +
  '"shop_id":220034312,"code":11,"timestamp":1660034312}';
/** What `openssl dgst -sha256 -hmac "$pushPartnerKey"` makes of `$callbackUrl|$body`. */
const authorization = "b990c2a3270551c603d95779a53b2cb6dd2b34872081a97631f91f361433d86e";

test.each([
  { what: "a genuine push", body, status: 200, told: [["sg_90ce045e_000000", "SUCCEEDED"]] },
  { what: "a forged push", body: body.replace("SUCCEEDED", "FAILED"), status: 401, told: [] },
])("$what is answered $status", async ({ body, status, told }) => {
  const pushes: VideoUploadPush[] = [];
  const handler = createPushHandler({
    pushPartnerKey,
    callbackUrl,
    onVideoUpload: (push) => void pushes.push(push),
  });
  const request = new Request("http://127.0.0.1:8080/pushes", { method: "POST", headers: { authorization }, body });

  const response = await handler(request);

  expect(response.status).toBe(status);
  expect(pushes.map(({ videoUploadId, status }) => [videoUploadId, status])).toEqual(told);
});
