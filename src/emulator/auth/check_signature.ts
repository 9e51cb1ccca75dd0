import { Refusal } from "../api/answer.ts";
import type { Signer } from "../api/endpoints.ts";
import type { Clock } from "../clock.ts";
import type { Account, CredentialStore } from "./credential_store.ts";

/** What {@linkcode checkSignature} looks at. */
export interface CheckSignatureOptions {
  /** Path of the URL. */
  path: string;
  /** Query of the URL. */
  query: URLSearchParams;
  /** Whose signature will do. */
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
 * @returns Who signed it; `undefined` when the app did.
 * @throws {Refusal} For the first thing that is wrong.
 */
export async function checkSignature(options: CheckSignatureOptions): Promise<Account | undefined> {
  const { path, query, signer, clock, credentials } = options;
  const partnerId = demand(query, "partner_id");
  const timestamp = demand(query, "timestamp");
  const sign = demand(query, "sign");
  const owner = ownerOf(signer, query);
  const accessToken = owner === undefined ? "" : demand(query, "access_token");
  const id = owner === undefined ? "" : demand(query, `${owner}_id`);

  if (partnerId !== String(credentials.current.partnerId)) throw new Refusal("unknownPartner");
  checkTimestamp(timestamp, clock);
  if (!/^\d{0,15}$/.test(id)) throw new Refusal("wrongAccountId", { name: `${owner}_id` });
  const baseWith = (token: string) => `${partnerId}${path}${timestamp}${token}${id}`;
  if (sign !== await credentials.sign(baseWith(accessToken))) {
    throw new Refusal("wrongSign", { base: baseWith(owner === undefined ? "" : "<access_token>") });
  }
  return owner && credentials.checkAccess({ owner, id: Number(id) }, accessToken);
}

/** Whose token signs; `undefined` where none does. */
function ownerOf(signer: Signer, query: URLSearchParams): "shop" | "user" | undefined {
  if (signer === "shop" || signer === "user") return signer;
  const isShops = signer === "either" && (query.has("access_token") || query.has("shop_id"));
  return isShops ? "shop" : undefined;
}

function demand(query: URLSearchParams, name: string): string {
  const [value = "", ...more] = query.getAll(name);
  if (value !== "" && more.length === 0) return value;
  throw name === "timestamp" ? new Refusal("noTimestamp") : new Refusal("noParameter", { name });
}

function checkTimestamp(timestamp: string, clock: Clock): void {
  const now = clock.seconds();
  const age = now - Number(timestamp);
  if (!/^\d+$/.test(timestamp) || age < -TIMESTAMP_WINDOW) throw new Refusal("wrongTimestamp", { now });
  if (age > TIMESTAMP_WINDOW) throw new Refusal("oldTimestamp", { now });
}
