import { createHmac } from "node:crypto";

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
