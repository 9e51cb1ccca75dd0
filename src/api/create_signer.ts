/** Signs a base string; answers lower-case hex. */
export type Signer = (text: string) => Promise<string>;

/**
 * Makes a signer that holds the partner key inside Web Crypto, out of reach of logs and inspection.
 *
 * @param partnerKey The key, used as UTF-8 text.
 * @returns `text => hex(HMAC-SHA256(partnerKey, text))`
 * @see https://open.shopee.com/developer-guide/20
 */
export function createSigner(partnerKey: string): Signer {
  const encoder = new TextEncoder();
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  let key: Promise<CryptoKey> | undefined;

  return async (text) => {
    key ??= crypto.subtle.importKey("raw", encoder.encode(partnerKey), algorithm, false, ["sign"]);
    const mac = await crypto.subtle.sign("HMAC", await key, encoder.encode(text));
    return Array.from(new Uint8Array(mac), (byte) => byte.toString(16).padStart(2, "0")).join("");
  };
}
