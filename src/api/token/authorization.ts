import { InvalidInputError, ShopeeMediaError } from "../../errors.ts";
import { checkKnownOptions, checkSignal, checkWholeNumber, describeValue, refuseOption } from "../../options.ts";
import { AUTHORIZATION_LINK_PATH, AUTHORIZATION_PAGES, EXCHANGE_ENDPOINT, REGIONS } from "../../platform/endpoints.ts";
import type { Region } from "../../platform/endpoints.ts";
import { runtime } from "../../runtime.ts";
import type { KeyValueStore } from "../../store/key_value_store.ts";
import {
  checkSecret,
  MANAGER_OPTION_NAMES,
  type MediaManagerOptions,
  OTHER_CREDENTIALS,
  resolveManagerOptions,
} from "../manager_options.ts";
import { isEmpty, readId, readList } from "../response_shapes.ts";
import { signRequest } from "../sign_request.ts";
import {
  checkStore,
  readTokenPair,
  type TokenAccount,
  tokenKey,
  type TokenPair,
  tokenTransport,
  toStored,
  withStore,
  workAlone,
} from "./refreshing_token.ts";

/** Options of {@linkcode getAuthorizationUrl}. The rest of a manager's may be given, too, and are of no use here. */
export interface AuthorizationUrlOptions
  extends Pick<MediaManagerOptions, "partnerId" | "region" | "allowInsecureHttp"> {
  /** Where the seller is led back to: the redirect URL that is registered in the console, or one below it. */
  redirectUrl: string | URL;
  /** Comes back as it was: something that only this seller's browser knows. @default none */
  state?: string | undefined;
  /** Who authorises the app: a seller, or an affiliate; what the latter comes back with is not documented. @default "seller" */
  authType?: "seller" | "user" | undefined;
  /** `page` leads to the page of today; `signed` is the older link, good for 5 minutes. @default "page" */
  link?: "page" | "signed" | undefined;
  /** The partner's key, which signs the older link. It is in neither. */
  partnerKey?: string | undefined;
  /** An emulator: its page is at `/auth`. Of the hosts of `REGIONS`, the page is that of the region. */
  baseUrl?: string | URL | undefined;
}

/** Options of {@linkcode exchangeCode}: who you are, as for a `MediaManager`, and what the seller came back with. */
export interface ExchangeCodeOptions extends Omit<MediaManagerOptions, "accessToken" | keyof TokenAccount | "signAs"> {
  /** The address that the seller was led back to, instead of `code` and `shopId` or `mainAccountId`. */
  address?: string | URL | undefined;
  /** What `address` has to bring back, if anything: it is refused when it brings something else. */
  state?: string | undefined;
  /** The code: it serves once, for 10 minutes. */
  code?: string | undefined;
  /** The shop that came with it. */
  shopId?: number | undefined;
  /** The main account that came with it. */
  mainAccountId?: number | undefined;
  /** Keeps the pair under the key of each account, where `createRefreshingToken` finds it. @default it is only returned */
  store?: KeyValueStore | undefined;
  /** Names the key of an account. @default as `createRefreshingToken` does */
  keyOf?: ((account: TokenAccount) => string) | undefined;
  /** Ends the wait. The code may be spent then. */
  signal?: AbortSignal | undefined;
}

/** What a seller has authorised the app for. */
export interface Authorization {
  /** The first pair of tokens. Of a main account, it gets each of the accounts a pair of its own. Secret. */
  pair: TokenPair;
  /** The shops, users and merchants that have it. */
  accounts: TokenAccount[];
  /** The main account that has authorised the app, if it was one. */
  mainAccountId?: number | undefined;
}

const TASK = "exchange the code for tokens";

/**
 * Makes the link to the page on which a seller authorises the app. From there, the seller is led back to `redirectUrl` with
 * what {@linkcode exchangeCode} wants.
 *
 * @param options Partner, region, and where the seller is led back to.
 * @returns The link.
 * @throws {InvalidInputError} An option cannot work.
 * @see https://open.shopee.com/developer-guide/20
 * @example
 * ```ts
 * import { getAuthorizationUrl } from "shopee-media";
 *
 * const link = await getAuthorizationUrl({ partnerId: 1, redirectUrl: "https://seller.example/back", state: "17" });
 * console.assert(link.startsWith("https://open.shopee.com/auth?partner_id=1&auth_type=seller&redirect_uri="));
 * ```
 */
export async function getAuthorizationUrl(options: AuthorizationUrlOptions): Promise<string> {
  const names = [...MANAGER_OPTION_NAMES, "redirectUrl", "state", "authType", "link"];
  checkKnownOptions("getAuthorizationUrl", options, names, OTHER_CREDENTIALS);
  const { partnerId, region, allowInsecureHttp, state, authType = "seller", link = "page" } = options;
  const redirect = parseUrl("redirectUrl", options.redirectUrl);
  if (authType !== "seller" && authType !== "user") {
    refuseOption("authType", `"seller" or "user"`, describeValue(authType));
  }
  if (link !== "page" && link !== "signed") refuseOption("link", `"page" or "signed"`, describeValue(link));
  if (state !== undefined) checkSecret("state", state);
  if (link === "signed") checkSecret("partnerKey", options.partnerKey);
  const partnerKey = link === "signed" ? options.partnerKey! : "-";
  const { baseUrl } = resolveManagerOptions({
    partnerId,
    partnerKey,
    region,
    allowInsecureHttp,
    baseUrl: options.baseUrl,
  });
  if (link === "signed") {
    // It knows no state: what stands in the address comes back with it.
    if (state !== undefined) redirect.searchParams.set("state", state);
    const credentials = { baseUrl, partnerId, partnerKey, hmac: runtime.hmacSha256(partnerKey) };
    const timestamp = Math.floor(runtime.now() / 1000);
    return (await signRequest(AUTHORIZATION_LINK_PATH, { credentials, timestamp, query: { redirect: redirect.href } }))
      .url;
  }
  const known = (Object.keys(REGIONS) as Region[]).find((region) => REGIONS[region] === baseUrl);
  const url = new URL(known === undefined ? `${baseUrl}/auth` : AUTHORIZATION_PAGES[known]);
  url.search = new URLSearchParams({
    ...{ partner_id: `${partnerId}`, auth_type: authType, redirect_uri: redirect.href, response_type: "code" },
    ...(state !== undefined && { state }),
  }).toString();
  return url.href;
}

/**
 * Exchanges the code that a seller came back with for the first pair of tokens, and keeps it for `createRefreshingToken`.
 *
 * @param options Partner, the address that the seller was led back to, and a store.
 * @returns The pair, and whose it is.
 * @throws {InvalidInputError} An option cannot work, or the address is not one that Shopee leads back to.
 * @throws {ShopeeApiError} Shopee refuses it. The kind `authorization` says that the code is spent, expired or wrong.
 * @throws {ShopeeMediaError} The store has failed, or the answer has no tokens: the seller has to authorise the app again.
 * @see https://open.shopee.com/developer-guide/20
 * @example
 * ```ts
 * import { createMemoryStore, createRefreshingToken, exchangeCode, getAuthorizationUrl } from "shopee-media";
 * import { startEmulator } from "shopee-media/emulator";
 *
 * const emulator = await startEmulator();
 * const { partnerId, partnerKey } = emulator.credentials;
 * const app = { partnerId, partnerKey, baseUrl: emulator.url };
 * const link = await getAuthorizationUrl({ ...app, redirectUrl: "https://seller.example/back", state: "17" });
 *
 * // What the seller's browser does.
 * const address = (await fetch(link, { redirect: "manual" })).headers.get("Location")!;
 *
 * const store = createMemoryStore();
 * const { accounts } = await exchangeCode({ ...app, address, state: "17", store });
 * const source = createRefreshingToken({ ...app, ...accounts[0], store });
 * console.assert(await source.get() === emulator.credentials.accessToken);
 * await emulator.close();
 * ```
 */
export async function exchangeCode(options: ExchangeCodeOptions): Promise<Authorization> {
  const own = ["address", "state", "code", "mainAccountId", "store", "keyOf", "signal"];
  checkKnownOptions("exchangeCode", options, [...MANAGER_OPTION_NAMES, ...own], OTHER_CREDENTIALS);
  const { partnerId, store, keyOf = (account: TokenAccount) => tokenKey(partnerId, account), signal } = options;
  if (store !== undefined) checkStore(store);
  checkSignal("signal", signal);
  if (typeof keyOf !== "function") refuseOption("keyOf", "a function", describeValue(keyOf));
  const { code, shopId, mainAccountId } = readGrant(options);
  // A store that fails is better known before the code is spent than after.
  if (store !== undefined) await withStore(TASK, () => store.get(`shopee-media:token:${partnerId}`));
  const of = shopId === undefined ? { main_account_id: mainAccountId } : { shop_id: shopId };
  const answer = await tokenTransport(options).call<Record<string, unknown>>(EXCHANGE_ENDPOINT, {
    task: TASK,
    json: { code, partner_id: partnerId, ...of },
    secrets: [code],
  }, { signal });
  const pair = readTokenPair(answer, TASK);
  const accounts = shopId === undefined ? listAccounts(answer) : [{ shopId }];
  if (store !== undefined) await Promise.all(accounts.map((account) => keep(pair, store, keyOf(account))));
  return { pair, accounts, ...(mainAccountId !== undefined && { mainAccountId }) };
}

/** Keeps the first pair. A refresh of the pair before it that is under way would else be stored over it. */
async function keep(pair: TokenPair, store: KeyValueStore, key: string): Promise<void> {
  const set = async () => {
    await withStore(TASK, () => store.set(key, toStored(pair)));
    return true;
  };
  // It is all there is, so that it is stored in the end, whoever holds the key.
  await workAlone({ store, key, task: TASK }, set) ?? await set();
}

/** What the seller came back with. */
interface Grant {
  code: string;
  shopId?: number | undefined;
  mainAccountId?: number | undefined;
}

function readGrant({ address, state, code, shopId, mainAccountId }: ExchangeCodeOptions): Grant {
  if (address !== undefined) {
    if (code !== undefined || mainAccountId !== undefined) {
      throw new InvalidInputError("The address is given alone: it has the code, and whose it is");
    }
    return readAddress(parseUrl("address", address).searchParams, state);
  }
  if (state !== undefined) {
    throw new InvalidInputError("The state is given with an address, which has to bring it back");
  }
  checkSecret("code", code);
  if ((shopId === undefined) === (mainAccountId === undefined)) {
    throw new InvalidInputError("The code is given with one of shopId and mainAccountId: with what came back with it");
  }
  for (const [name, id] of Object.entries({ shopId, mainAccountId })) {
    if (id !== undefined) checkWholeNumber(name, id, { from: 1, hideText: true });
  }
  return { code: code!, shopId, mainAccountId };
}

function readAddress(query: URLSearchParams, state: string | undefined): Grant {
  const missing = (what: string) =>
    new InvalidInputError(`The address must be the one that Shopee led back to: ${what}`);
  const code = query.get("code");
  if (!code) throw missing("it has no code");
  if (state !== undefined && query.get("state") !== state) throw missing("its state is another one than was sent");
  const idOf = (name: string) => Number(readId(query.get(name))) || undefined;
  const [shopId, mainAccountId] = [idOf("shop_id"), idOf("main_account_id")];
  if (shopId !== undefined) return { code, shopId };
  if (mainAccountId === undefined) throw missing("it has neither shop_id nor main_account_id");
  return { code, mainAccountId };
}

function parseUrl(name: string, url: string | URL): URL {
  try {
    return new URL(url);
  } catch {
    throw new InvalidInputError(`The ${name} must be a whole URL`); // It may have a code in it.
  }
}

/** All that a main account has authorised the app for. */
function listAccounts(answer: Record<string, unknown>): TokenAccount[] {
  const idsIn = (name: string) =>
    readList(answer[name]).filter((id) => !isEmpty(id)).flatMap((id) => {
      const number = Number(readId(id));
      return Number.isSafeInteger(number) && number > 0 ? [number] : [];
    });
  const accounts = [
    ...idsIn("shop_id_list").map((shopId) => ({ shopId })),
    ...idsIn("merchant_id_list").map((merchantId) => ({ merchantId })),
    ...idsIn("user_id_list").map((userId) => ({ userId })),
  ];
  if (accounts.length > 0) return accounts;
  throw new ShopeeMediaError(`Cannot ${TASK}: Shopee's answer names no shop, merchant or user`, {
    mayHaveSucceeded: true,
  });
}
