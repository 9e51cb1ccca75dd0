import { InvalidInputError } from "../../errors.ts";
import { runtime } from "../../runtime.ts";
import { Refusal } from "../api/answer.ts";
import type { Clock } from "../clock.ts";

/** A shop and its pair of tokens. */
export interface ShopCredentials {
  /** The shop. */
  shopId: number;
  /** The shop's access token. */
  accessToken: string;
  /** Gets the next pair of tokens, once. */
  refreshToken: string;
}

/** What the emulator's owner signs and verifies with. */
export interface EmulatorCredentials extends ShopCredentials {
  /** The app. */
  partnerId: number;
  /** Key that signs. */
  partnerKey: string;
  /** Key that signs pushes: the *Live Push Partner Key* of the console. */
  pushPartnerKey: string;
}

/** A shop that the emulator knows. What is not given is made up. */
export interface ShopOptions {
  /** The shop. */
  shopId?: number | undefined;
  /** Its access token. */
  accessToken?: string | undefined;
  /** What gets the next pair of tokens, once. */
  refreshToken?: string | undefined;
  /** Calls a second that the shop may make, signed as Shop calls. @default unlimited */
  rateLimit?: number | undefined;
}

/** Options of {@linkcode createCredentialStore}. */
export interface CredentialStoreOptions {
  partnerId?: number | undefined;
  partnerKey?: string | undefined;
  pushPartnerKey?: string | undefined;
  /** The shops; the first one is that of the emulator's credentials. */
  shops: readonly ShopOptions[];
  /** Time of the platform. */
  clock: Clock;
  /** Seconds that an access token lives. */
  tokenLifetime: number;
}

/** A shop, as the platform knows it. */
export interface Shop {
  /** Its present pair of tokens; a new one takes its place in here. */
  readonly credentials: ShopCredentials;
  /** Calls a second that it may make. */
  readonly rateLimit: number;
  /** When each of its access tokens expires, in seconds since 1970. */
  readonly expiries: Map<string, number>;
  /** When its refresh token expires, in seconds since 1970. */
  refreshExpiry: number;
}

/** A pair of tokens, as it is handed out. */
export interface IssuedTokens extends Pick<ShopCredentials, "accessToken" | "refreshToken"> {
  /** Seconds that the access token lives. */
  lifetime: number;
}

/** Who is known to the platform: one app, its shops, and their tokens. */
export interface CredentialStore {
  /** What requests of the first shop are signed with as of now: a new pair of tokens replaces the old one here, too. */
  readonly current: EmulatorCredentials;
  /** All shops, the first one first. */
  readonly shops: readonly Shop[];
  /** What a request has to be signed with. */
  sign(text: string): Promise<string>;
  /**
   * Lets an access token pass that is good.
   *
   * @returns The shop.
   * @throws {Refusal} When the token has expired or is unknown; when it is another shop's.
   */
  checkAccess(shopId: number, accessToken: string): Shop;
  /**
   * Ends the present access token of a shop before its time, or those of all shops.
   *
   * @throws {RangeError} When there is no such shop.
   */
  expireToken(shopId?: number): void;
  /**
   * Exchanges the present refresh token of a shop for a new pair. The old access token is good for five minutes more.
   *
   * @throws {Refusal} When the token has expired or was used before, or is unknown; when there is no such shop.
   */
  refresh(shopId: number, refreshToken: string): IssuedTokens;
}

/** Seconds. */
const REFRESH_TOKEN_LIFETIME = 30 * 24 * 3600;
/** Seconds for which an access token may be used after it was replaced. */
const GRACE = 300;

/**
 * Creates the store; what is not given is made up.
 *
 * @throws {InvalidInputError} When two shops have the same number.
 */
export function createCredentialStore(options: CredentialStoreOptions): CredentialStore {
  const { clock, tokenLifetime } = options;
  const shops = options.shops.map((given) => createShop(given, { clock, tokenLifetime }));
  const [first] = shops as [Shop];
  const current: EmulatorCredentials = Object.assign(first.credentials, {
    partnerId: options.partnerId ?? createNumber(1_000_000),
    partnerKey: options.partnerKey ?? createKey(),
    pushPartnerKey: options.pushPartnerKey ?? createKey(),
  });
  const byId = new Map(shops.map((shop) => [shop.credentials.shopId, shop]));
  if (byId.size < shops.length) throw new InvalidInputError("The shopId of each of the shops must be another one");

  return {
    current,
    shops,
    sign: runtime.hmacSha256(current.partnerKey),
    checkAccess(shopId, accessToken) {
      const shop = byId.get(shopId);
      const owner = shop?.expiries.has(accessToken) ? shop : shops.find(({ expiries }) => expiries.has(accessToken));
      if (owner === undefined) throw new Refusal("unknownAccessToken");
      if (clock.seconds() >= owner.expiries.get(accessToken)!) throw new Refusal("oldAccessToken");
      if (owner !== shop) throw new Refusal("otherShop", { given: shopId });
      return shop;
    },
    expireToken(shopId) {
      const meant = shopId === undefined ? shops : shops.filter(({ credentials }) => credentials.shopId === shopId);
      if (meant.length === 0) throw new RangeError(`There is no shop ${shopId}`);
      for (const { credentials, expiries } of meant) expiries.set(credentials.accessToken, 0);
    },
    refresh(shopId, refreshToken) {
      const shop = byId.get(shopId);
      if (shop === undefined) throw new Refusal("notLinkedShop", { given: shopId });
      const { credentials, expiries } = shop;
      if (refreshToken !== credentials.refreshToken) throw new Refusal("wrongRefreshToken");
      const now = clock.seconds();
      if (now >= shop.refreshExpiry) throw new Refusal("oldRefreshToken");
      expiries.set(credentials.accessToken, Math.min(expiries.get(credentials.accessToken)!, now + GRACE));
      credentials.accessToken = createToken();
      credentials.refreshToken = createToken();
      expiries.set(credentials.accessToken, now + tokenLifetime);
      shop.refreshExpiry = now + REFRESH_TOKEN_LIFETIME;
      return { accessToken: credentials.accessToken, refreshToken: credentials.refreshToken, lifetime: tokenLifetime };
    },
  };
}

function createShop(
  given: ShopOptions,
  { clock, tokenLifetime }: Pick<CredentialStoreOptions, "clock" | "tokenLifetime">,
): Shop {
  const credentials = {
    shopId: given.shopId ?? createNumber(100_000_000),
    accessToken: given.accessToken ?? createToken(),
    refreshToken: given.refreshToken ?? createToken(),
  };
  return {
    credentials,
    rateLimit: given.rateLimit ?? Infinity,
    expiries: new Map([[credentials.accessToken, clock.seconds() + tokenLifetime]]),
    refreshExpiry: clock.seconds() + REFRESH_TOKEN_LIFETIME,
  };
}

/** A number with as many digits as `least`, a power of ten. */
function createNumber(least: number): number {
  return least + Math.floor(runtime.random() * 9 * least);
}

/** 32 hex digits. */
function createToken(): string {
  return runtime.uuid().replaceAll("-", "");
}

/** 64 hex digits, as the console shows keys. */
function createKey(): string {
  return createToken() + createToken();
}
