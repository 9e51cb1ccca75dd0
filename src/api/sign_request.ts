import type { Owner } from "../platform/endpoints.ts";

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

/** Whom an attempt is signed for. */
export interface SignedFor {
  owner: Owner;
  /** The owner's id at Shopee. */
  id: number;
  /** Secret. */
  accessToken: string;
}

/** What one attempt is signed with. */
export interface SignRequestOptions {
  credentials: Credentials;
  /** Seconds since 1970, by the platform's clock. */
  timestamp: number;
  /** Makes it a call of a shop, a user or a merchant; without, it is a Public one. */
  signedFor?: SignedFor | undefined;
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
  const { credentials, timestamp, signedFor, query } = options;
  const { baseUrl, partnerId, partnerKey, hmac } = credentials;
  const base = `${partnerId}${path}${timestamp}`;
  const sign = await hmac(signedFor === undefined ? base : `${base}${signedFor.accessToken}${signedFor.id}`);
  const url = new URL(path, baseUrl);
  url.search = new URLSearchParams({
    ...query,
    partner_id: `${partnerId}`,
    timestamp: `${timestamp}`,
    ...(signedFor && { access_token: signedFor.accessToken, [`${signedFor.owner}_id`]: `${signedFor.id}` }),
    sign,
  }).toString();
  const secrets = [partnerKey, sign];
  return { url: url.href, secrets: signedFor === undefined ? secrets : [...secrets, signedFor.accessToken] };
}
