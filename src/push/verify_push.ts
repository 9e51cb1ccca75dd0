import { isBytes, toBytes } from "../bytes.ts";
import { InvalidInputError } from "../errors.ts";
import { runtime } from "../runtime.ts";

/** What only Shopee and the receiver of its pushes know, and what both have to agree on. */
export interface PushCredentials {
  /** The *Live Push Partner Key* of the console's push page. It is not the partner key that signs API calls. */
  pushPartnerKey: string;
  /**
   * The callback URL, byte for byte as it is registered in the console: Shopee signs it. Behind a reverse proxy
   * `request.url` is another one.
   */
  callbackUrl: string;
}

/** What {@linkcode verifyPush} looks at. */
export interface VerifyPushOptions extends PushCredentials {
  /** The raw body as it came: JSON that was parsed and written again has other bytes. */
  body: Uint8Array;
  /** The header `Authorization`, if there was one. */
  authorization: string | null | undefined;
}

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
  if (!isBytes(body)) {
    throw new InvalidInputError(
      `Cannot verify pushes: body is of type ${typeof body}, give the raw bytes of the request`,
    );
  }
  const signature = authorization ?? "";
  if (body.byteLength === 0 || !HEX_SHA256.test(signature)) return false;

  const message = join(new TextEncoder().encode(`${callbackUrl}|`), toBytes(body));
  const genuine = await runtime.hmacSha256(pushPartnerKey)(message);
  // The two are compared by their own HMACs under a key that nobody knows: how long that takes tells nothing about them.
  // A loop of ours over all the letters might be optimised not to run to its end.
  const blind = runtime.hmacSha256(runtime.uuid());
  return await blind(genuine) === await blind(signature);
}

/** Throws an {@linkcode InvalidInputError} for credentials that can never verify a push. */
export function checkPushCredentials({ pushPartnerKey, callbackUrl }: PushCredentials): void {
  if (typeof pushPartnerKey !== "string" || pushPartnerKey === "") {
    throw new InvalidInputError(
      "Cannot verify pushes: pushPartnerKey is missing, copy it from the console's push page",
    );
  }
  // The URL itself stays out of the message: its query may hold a secret.
  if (typeof callbackUrl !== "string" || !URL.canParse(callbackUrl)) {
    throw new InvalidInputError("Cannot verify pushes: callbackUrl is not a URL, give it as registered in the console");
  }
}

function join(head: Uint8Array, tail: Uint8Array): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(head.byteLength + tail.byteLength);
  joined.set(head);
  joined.set(tail, head.byteLength);
  return joined;
}
