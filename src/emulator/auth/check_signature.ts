import { createHmac, timingSafeEqual } from "node:crypto";
import type { Clock } from "../clock.ts";
import type { Signer } from "../api/endpoints.ts";
import { Refusal } from "../api/refusal.ts";
import type { Vault } from "./vault.ts";

/** Seconds for which a signed request may be used. */
const TIMESTAMP_WINDOW = 300;

/** What {@linkcode checkSignature} looks at. */
export interface CheckSignatureOptions {
  /** Path of the URL. */
  path: string;
  /** Query of the URL. */
  query: URLSearchParams;
  /** Who has to sign. */
  signer: Signer;
  /** Time of the platform. */
  clock: Clock;
  /** Who is known to the platform. */
  vault: Vault;
}

/**
 * Lets a request pass that is signed as the platform wants it.
 *
 * @throws {Refusal} With the platform's own code, for the first thing that is wrong.
 */
export function checkSignature({ path, query, signer, clock, vault }: CheckSignatureOptions): void {
  const partnerId = demand(query, "partner_id");
  const timestamp = demand(query, "timestamp");
  const sign = demand(query, "sign");
  const accessToken = signer === "shop" ? demand(query, "access_token") : "";
  const shopId = signer === "shop" ? demand(query, "shop_id") : "";

  if (partnerId !== String(vault.credentials.partnerId)) {
    throw new Refusal("unknownPartner");
  }
  checkTimestamp(timestamp, clock);
  const right = createHmac("sha256", vault.credentials.partnerKey)
    .update(partnerId + path + timestamp + accessToken + shopId)
    .digest();
  if (!isSame(sign, right)) throw new Refusal("wrongSign");
  if (signer === "public") return;
  vault.checkAccessToken(accessToken);
  if (shopId !== String(vault.credentials.shopId)) {
    throw new Refusal("unknownShop");
  }
}

function demand(query: URLSearchParams, name: string): string {
  const values = query.getAll(name);
  if (values.length !== 1 || values[0] === "") {
    throw new Refusal("noParameter", name);
  }
  return values[0] as string;
}

function checkTimestamp(timestamp: string, clock: Clock): void {
  const age = clock.seconds() - Number(timestamp);
  if (!/^\d+$/.test(timestamp) || age < -TIMESTAMP_WINDOW) {
    throw new Refusal("wrongTimestamp");
  }
  if (age > TIMESTAMP_WINDOW) throw new Refusal("oldTimestamp");
}

function isSame(sign: string, right: Buffer): boolean {
  if (!/^[0-9a-f]{64}$/.test(sign)) return false;
  return timingSafeEqual(Buffer.from(sign, "hex"), right);
}
