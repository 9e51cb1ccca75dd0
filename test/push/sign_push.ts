import { createHmac } from "node:crypto";
import type { PushCredentials } from "../../src/push/mod.ts";

/** The credentials that the tests of this folder share. */
export const credentials: PushCredentials = {
  pushPartnerKey: "5a6b7c8d9e0f5a6b7c8d9e0f5a6b7c8d",
  callbackUrl: "https://shop.example/shopee/pushes?tenant=7",
};

/** Signs as Shopee's guide says, with other means than the package: `createHmac` of Node. */
export function signPush(body: string | Uint8Array, keys: PushCredentials = credentials): string {
  return createHmac("sha256", keys.pushPartnerKey).update(`${keys.callbackUrl}|`).update(body).digest("hex");
}

/** A signed request, as it reaches a server behind a reverse proxy: under another URL than the signed one. */
export function pushRequest(body: string | Uint8Array<ArrayBuffer>, authorization: string = signPush(body)): Request {
  return new Request("http://127.0.0.1:8080/pushes", { method: "POST", headers: { authorization }, body });
}

/** The body of a `video_upload_push`. */
export function videoUploadPush(data: Record<string, unknown> = {}): string {
  const push = {
    data: { video_upload_id: "sg_90ce045e_000000", status: "SUCCEEDED", message: "", ...data },
    shop_id: 220_034_312,
    code: 11,
    timestamp: 1_660_034_312,
  };
  return JSON.stringify(push);
}

/** What the console posts when a callback URL is registered. */
export const CONSOLE_TEST =
  '{"code":0,"data":{"verify_info":"This is a Verification message.Please respond in the certain format."}}';
