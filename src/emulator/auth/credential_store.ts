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

/** Who has tokens. */
export type AccountOwner = "shop" | "merchant" | "user";

/** A shop, a merchant or a user, and its pair of tokens. */
export interface AccountCredentials extends Omit<ShopCredentials, "shopId"> {
  /** What it is. */
  owner: AccountOwner;
  /** Its id. */
  id: number;
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

/** A main account that the emulator knows: whoever authorises the app by it does so for all that it has. */
export interface MainAccountOptions {
  /** The main account. @default made up */
  mainAccountId?: number | undefined;
  /** Its shops. @default all that the emulator knows */
  shopIds?: number[] | undefined;
  /** Its merchants. @default [] */
  merchantIds?: number[] | undefined;
  /** Its users. @default [] */
  userIds?: number[] | undefined;
}

/** Options of {@linkcode createCredentialStore}. */
export interface CredentialStoreOptions {
  partnerId?: number | undefined;
  partnerKey?: string | undefined;
  pushPartnerKey?: string | undefined;
  /** The shops; the first one is that of the emulator's credentials. */
  shops: readonly ShopOptions[];
  /** By whom the app is authorised instead of by a shop, if by one. */
  mainAccount?: MainAccountOptions | undefined;
  /** Time of the platform. */
  clock: Clock;
  /** Seconds that an access token lives. */
  tokenLifetime: number;
}

/** A shop, a merchant or a user, as the platform knows it. */
export interface Account {
  readonly owner: AccountOwner;
  readonly id: number;
  /** Its present pair of tokens; a new one takes its place in here. */
  readonly credentials: Omit<ShopCredentials, "shopId">;
  /** When each of its access tokens expires, in seconds since 1970. */
  readonly expiries: Map<string, number>;
  /** When its refresh token expires, in seconds since 1970. */
  refreshExpiry: number;
}

/** A shop, as the platform knows it. */
export interface Shop extends Account {
  readonly credentials: ShopCredentials;
  /** Calls a second that it may make. */
  readonly rateLimit: number;
}

/** Who has authorised the app, and what proves it. */
export interface Grant {
  /** Serves once. */
  code: string;
  owner: "shop" | "main_account";
  id: number;
}

/** A pair of tokens, as it is handed out. */
export interface IssuedTokens extends Pick<ShopCredentials, "accessToken" | "refreshToken"> {
  /** Seconds that the access token lives. */
  lifetime: number;
}

/** What a code is exchanged for. */
export interface ExchangedTokens extends IssuedTokens {
  /** All that a main account has authorised the app for; nothing of a single shop. */
  accounts: readonly Account[];
}

/** Who is known to the platform: one app, its shops, and their tokens. */
export interface CredentialStore {
  /** What requests of the first shop are signed with as of now: a new pair of tokens replaces the old one here, too. */
  readonly current: EmulatorCredentials;
  /** All shops, the first one first. */
  readonly shops: readonly Shop[];
  /** All that have tokens: the shops, and the merchants and users of the main account. */
  readonly accounts: readonly Account[];
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
   * Lets the main account authorise the app, or a shop where there is none or where one is named.
   *
   * @throws {Refusal} When there is no such shop.
   */
  authorize(shopId?: number): Grant;
  /**
   * Exchanges the code of a grant for the first pair of tokens. That of a main account is of each shop, merchant and user that
   * it has, until it is refreshed.
   *
   * @throws {Refusal} When the code has expired, was used before, is another's, or is unknown.
   */
  exchange(grant: Grant): ExchangedTokens;
  /**
   * Exchanges a refresh token for a new pair: the present one of a shop, merchant or user, or the first one of the main account,
   * which serves once for each. The old access token is good for five minutes more.
   *
   * @throws {Refusal} When the token has expired or was used before, or is unknown; when there is no such shop.
   */
  refresh(account: Pick<Account, "owner" | "id">, refreshToken: string): IssuedTokens;
}

/** Seconds. */
const REFRESH_TOKEN_LIFETIME = 30 * 24 * 3600;
/** Seconds. */
const CODE_LIFETIME = 600;
/** Seconds for which an access token may be used after it was replaced. */
const GRACE = 300;

/**
 * Creates the store; what is not given is made up.
 *
 * @throws {InvalidInputError} When two shops have the same number, or the main account has a shop that there is not.
 */
export function createCredentialStore(options: CredentialStoreOptions): CredentialStore {
  const { clock, tokenLifetime, mainAccount } = options;
  const shops = options.shops.map((given) => createShop(given, options));
  const [first] = shops as [Shop];
  const current: EmulatorCredentials = Object.assign(first.credentials, {
    partnerId: options.partnerId ?? createNumber(1_000_000),
    partnerKey: options.partnerKey ?? createKey(),
    pushPartnerKey: options.pushPartnerKey ?? createKey(),
  });
  const byId = new Map(shops.map((shop) => [shop.id, shop]));
  if (byId.size < shops.length) throw new InvalidInputError("The shopId of each of the shops must be another one");
  const main = mainAccount && createMainAccount(mainAccount, shops, options);
  const accounts = [...shops, ...main?.accounts.filter(({ owner }) => owner !== "shop") ?? []];
  const grants = new Map<string, Grant & { expiry: number }>();

  function issue(account: Account, pair = createPair()): IssuedTokens {
    const { credentials, expiries } = account;
    const now = clock.seconds();
    const before = expiries.get(credentials.accessToken) ?? 0;
    expiries.set(credentials.accessToken, Math.min(before, now + GRACE));
    Object.assign(credentials, pair);
    expiries.set(pair.accessToken, now + tokenLifetime);
    account.refreshExpiry = now + REFRESH_TOKEN_LIFETIME;
    return { ...pair, lifetime: tokenLifetime };
  }

  return {
    current,
    shops,
    accounts,
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
      const meant = shopId === undefined ? shops : shops.filter(({ id }) => id === shopId);
      if (meant.length === 0) throw new RangeError(`There is no shop ${shopId}`);
      for (const { credentials, expiries } of meant) expiries.set(credentials.accessToken, 0);
    },
    authorize(shopId) {
      const shop = shopId === undefined ? first : byId.get(shopId);
      if (shop === undefined) throw new Refusal("notLinkedShop", { owner: "shop", given: shopId! });
      const isMain = main !== undefined && shopId === undefined;
      const grant: Grant = {
        code: createToken(),
        owner: isMain ? "main_account" : "shop",
        id: isMain ? main.id : shop.id,
      };
      grants.set(grant.code, { ...grant, expiry: clock.seconds() + CODE_LIFETIME });
      return grant;
    },
    exchange({ code, owner, id }) {
      const grant = grants.get(code);
      if (grant?.owner !== owner || grant.id !== id || clock.seconds() >= grant.expiry) throw new Refusal("wrongCode");
      grants.delete(code);
      if (owner === "shop") return { ...issue(byId.get(id)!), accounts: [] };
      const pair = createPair();
      for (const account of main!.accounts) issue(account, pair);
      return { ...pair, lifetime: tokenLifetime, accounts: main!.accounts };
    },
    refresh({ owner, id }, refreshToken) {
      const account = accounts.find((one) => one.owner === owner && one.id === id);
      if (account === undefined) throw new Refusal("notLinkedShop", { owner, given: id });
      if (refreshToken !== account.credentials.refreshToken) throw new Refusal("wrongRefreshToken");
      if (clock.seconds() >= account.refreshExpiry) throw new Refusal("oldRefreshToken");
      return issue(account);
    },
  };
}

type Lifetimes = Pick<CredentialStoreOptions, "clock" | "tokenLifetime">;

function createAccount<Credentials extends Account["credentials"]>(
  owner: AccountOwner,
  { id, credentials, clock, tokenLifetime }: Lifetimes & { id: number; credentials: Credentials },
) {
  return {
    owner,
    id,
    credentials,
    expiries: new Map([[credentials.accessToken, clock.seconds() + tokenLifetime]]),
    refreshExpiry: clock.seconds() + REFRESH_TOKEN_LIFETIME,
  };
}

function createShop(given: ShopOptions, { clock, tokenLifetime }: Lifetimes): Shop {
  const shopId = given.shopId ?? createNumber(100_000_000);
  const pair = createPair();
  const credentials = {
    shopId,
    accessToken: given.accessToken ?? pair.accessToken,
    refreshToken: given.refreshToken ?? pair.refreshToken,
  };
  const account = createAccount("shop", { id: shopId, credentials, clock, tokenLifetime });
  return { ...account, rateLimit: given.rateLimit ?? Infinity };
}

function createMainAccount(
  { mainAccountId, shopIds, merchantIds = [], userIds = [] }: MainAccountOptions,
  shops: readonly Shop[],
  lifetimes: Lifetimes,
): { id: number; accounts: Account[] } {
  const missing = shopIds?.find((shopId) => !shops.some(({ id }) => id === shopId));
  if (missing !== undefined) throw new InvalidInputError(`The mainAccount has a shop ${missing} that there is not`);
  const create = (owner: AccountOwner) => (id: number) =>
    createAccount(owner, { ...lifetimes, id, credentials: createPair() });
  return {
    id: mainAccountId ?? createNumber(1_000_000),
    accounts: [
      ...shops.filter(({ id }) => shopIds?.includes(id) ?? true),
      ...merchantIds.map(create("merchant")),
      ...userIds.map(create("user")),
    ],
  };
}

function createPair(): Account["credentials"] {
  return { accessToken: createToken(), refreshToken: createToken() };
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
