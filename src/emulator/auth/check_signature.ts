import type { Signer } from "../api/endpoints.ts";
import { Refusal } from "../api/refusal.ts";
import type { Clock } from "../clock.ts";
import type { CredentialStore } from "./credential_store.ts";

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
  credentials: CredentialStore;
}

/** Seconds for which a signed request may be used. */
const TIMESTAMP_WINDOW = 300;

/**
 * Lets a request pass that is signed as the platform wants it.
 *
 * @throws {Refusal} For the first thing that is wrong.
 */
export async function checkSignature(options: CheckSignatureOptions): Promise<void> {
  const { path, query, signer, clock, credentials } = options;
  const partnerId = demand(query, "partner_id");
  const timestamp = demand(query, "timestamp");
  const sign = demand(query, "sign");
  const accessToken = signer === "shop" ? demand(query, "access_token") : "";
  const shopId = signer === "shop" ? demand(query, "shop_id") : "";

  if (partnerId !== String(credentials.current.partnerId)) throw new Refusal("unknownPartner");
  checkTimestamp(timestamp, clock);
  const right = await credentials.sign(partnerId + path + timestamp + accessToken + shopId);
  if (sign !== right) throw new Refusal("wrongSign");
  if (signer === "shop") credentials.checkAccess(shopId, accessToken);
}

function demand(query: URLSearchParams, name: string): string {
  const [value = "", ...more] = query.getAll(name);
  if (value === "" || more.length > 0) throw new Refusal("noParameter", name);
  return value;
}

function checkTimestamp(timestamp: string, clock: Clock): void {
  const age = clock.seconds() - Number(timestamp);
  if (!/^\d+$/.test(timestamp) || age < -TIMESTAMP_WINDOW) throw new Refusal("wrongTimestamp");
  if (age > TIMESTAMP_WINDOW) throw new Refusal("oldTimestamp");
}
