import { InvalidInputError } from "../errors.ts";
import { checkPushCredentials, type PushCredentials } from "./push_credentials.ts";

/** What {@linkcode verifyPush} looks at. */
export interface VerifyPushOptions extends PushCredentials {
  /** The raw body as it came: JSON that was parsed and written again has other bytes. */
  body: Uint8Array;
  /** The header `Authorization`, if there was one. */
  authorization: string | null | undefined;
}

const HMAC_SHA256 = { name: "HMAC", hash: "SHA-256" };
const HEX_SHA256 = /^[0-9a-f]{64}$/;

/**
 * Tells whether a push is Shopee's: whether `authorization` is the bare lower-case hex of
 * `HMAC-SHA256(pushPartnerKey, callbackUrl + "|" + body)`. An empty body never is.
 *
 * @param options The request's body and header, and the credentials of the console's push page.
 * @returns Whether the signature is right. Compared in constant time.
 * @throws {InvalidInputError} If the body is not bytes, or the credentials can verify nothing.
 * @example
 * ```ts
 * import { verifyPush } from "shopee-media/push";
 *
 * const request = new Request("http://localhost/", { method: "POST", body: '{"code":11}' });
 * const genuine = await verifyPush({
 *   body: new Uint8Array(await request.arrayBuffer()),
 *   authorization: request.headers.get("authorization"),
 *   pushPartnerKey: "the Live Push Partner Key of the console",
 *   callbackUrl: "https://shop.example/shopee/pushes",
 * });
 * console.assert(!genuine);
 * ```
 * @see https://open.shopee.com/developer-guide/18
 */
export async function verifyPush(options: VerifyPushOptions): Promise<boolean> {
  const { body, authorization, pushPartnerKey, callbackUrl } = options;
  checkPushCredentials(options);
  if (!(body instanceof Uint8Array)) {
    throw new InvalidInputError(
      `Cannot verify pushes: body is of type ${typeof body}, give the raw bytes of the request`,
    );
  }
  const signature = authorization ?? "";
  if (body.byteLength === 0 || !HEX_SHA256.test(signature)) return false;

  const encoder = new TextEncoder();
  const key = await crypto.subtle.importKey("raw", encoder.encode(pushPartnerKey), HMAC_SHA256, false, ["verify"]);
  const message = join(encoder.encode(`${callbackUrl}|`), body);
  // The runtimes' own verify compares in constant time; a loop of ours might be optimised not to.
  return await crypto.subtle.verify("HMAC", key, fromHex(signature), message);
}

function fromHex(hex: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
}

function join(head: Uint8Array, tail: Uint8Array): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(head.byteLength + tail.byteLength);
  joined.set(head);
  joined.set(tail, head.byteLength);
  return joined;
}
