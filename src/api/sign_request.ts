/** Whose calls are signed. */
export interface Credentials {
  /** Origin of the platform. */
  baseUrl: string;
  partnerId: number;
  /** Secret. */
  partnerKey: string;
  /** Lower-case hex of HMAC-SHA256 with the partner's key. */
  hmac: (text: string) => Promise<string>;
}

/** The shop that an attempt is signed for. */
export interface Shop {
  shopId: number;
  /** Secret. */
  accessToken: string;
}

/** What one attempt is signed with. */
export interface SignRequestOptions {
  credentials: Credentials;
  /** Seconds since 1970, by the platform's clock. */
  timestamp: number;
  /** Makes it a Shop call; without, it is a Public one. */
  shop?: Shop | undefined;
  /** The call's own query parameters. */
  query?: Record<string, string> | undefined;
}

/** A request that can go out once, soon. */
export interface SignedRequest {
  /** With everything secret in its query. */
  url: string;
  /** What no error may show of it. */
  secrets: string[];
}

/**
 * Signs a request to the endpoint at `path`. Each attempt is signed anew: a signature is good for five minutes.
 *
 * @see https://open.shopee.com/developer-guide/16
 */
export async function signRequest(path: string, options: SignRequestOptions): Promise<SignedRequest> {
  const { credentials, timestamp, shop, query } = options;
  const { baseUrl, partnerId, partnerKey, hmac } = credentials;
  const base = `${partnerId}${path}${timestamp}`;
  const sign = await hmac(shop === undefined ? base : `${base}${shop.accessToken}${shop.shopId}`);
  const url = new URL(path, baseUrl);
  url.search = new URLSearchParams({
    ...query,
    partner_id: `${partnerId}`,
    timestamp: `${timestamp}`,
    ...(shop && { access_token: shop.accessToken, shop_id: `${shop.shopId}` }),
    sign,
  }).toString();
  const secrets = [partnerKey, sign];
  return { url: url.href, secrets: shop === undefined ? secrets : [...secrets, shop.accessToken] };
}
