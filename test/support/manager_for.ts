import { createHmac } from "node:crypto";
import { MediaManager, type MediaManagerOptions } from "../../mod.ts";

/** Credentials with everything in them that a careless client would get wrong in a URL, a header or a digest. */
export const CREDENTIALS = {
  partnerId: 2_001_887,
  partnerKey: "schlüssel-钥匙-key",
  shopId: 14_701_711,
  accessToken: "token+/=&?%20 ü",
} as const;

/** A manager for a test server: no retries and no long waits, unless `options` says otherwise. */
export function managerFor(target: { url: string }, options: Partial<MediaManagerOptions> = {}): MediaManager {
  return new MediaManager({
    ...CREDENTIALS,
    baseUrl: target.url,
    retry: { limit: 0 },
    timeout: { attempt: 10_000, idle: 10_000, total: 20_000 },
    ...options,
  });
}

/** What a request is signed with. */
export interface SignOptions {
  partnerId: number;
  partnerKey: string;
  path: string;
  timestamp: string;
  /** Shop calls alone. */
  accessToken?: string;
  /** Shop calls alone. */
  shopId?: number;
}

/** The `sign` of a request, from section 2 of the contract and with nothing of the client's. */
export function sign({ partnerId, partnerKey, path, timestamp, accessToken = "", shopId }: SignOptions): string {
  const base = `${partnerId}${path}${timestamp}${accessToken}${shopId ?? ""}`;
  return createHmac("sha256", Buffer.from(partnerKey, "utf8")).update(Buffer.from(base, "utf8")).digest("hex");
}
