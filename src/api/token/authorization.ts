import { InvalidInputError, ShopeeMediaError } from "../../errors.ts";
import { checkKnownOptions, checkWholeNumber, describeValue, refuseOption } from "../../options.ts";
import {
  AUTHORIZATION_LINK_PATH,
  AUTHORIZATION_PAGES,
  EXCHANGE_ENDPOINT,
  type Owner,
  type Region,
  REGIONS,
} from "../../platform/endpoints.ts";
import { runtime } from "../../runtime.ts";
import type { KeyValueStore } from "../../store/key_value_store.ts";
import {
  checkSecret,
  MANAGER_OPTION_NAMES,
  type MediaManagerOptions,
  OTHER_CREDENTIALS,
  resolveManagerOptions,
} from "../manager_options.ts";
import { signRequest } from "../sign_request.ts";
import { createTransport } from "../transport.ts";
import { checkTokenStore, readTokenPair, tokenKey, type TokenPair } from "./refreshing_token.ts";

/** Options of {@linkcode getAuthorizationUrl}. */
export interface AuthorizationUrlOptions
  extends Pick<MediaManagerOptions, "partnerId" | "baseUrl" | "allowInsecureHttp"> {
  /** Where the seller comes back to, with `code` and `shop_id` or `main_account_id` in the query: a page of yours. */
  redirectUrl: string | URL;
  /** Comes back in the query as it is: a secret of your own, by which you know that it was you who sent the seller. */
  state?: string | undefined;
  /** Region of the sellers: each has a page of its own. @default "global" */
  region?: Region | undefined;
  /** `signed` makes the older link, which is good for five minutes and brings no `state` back. @default "page" */
  link?: "page" | "signed" | undefined;
  /** The partner's key, for the signed link alone. */
  partnerKey?: string | undefined;
}

/**
 * Makes the address at which a seller authorises your app: lead the seller's browser there. It comes back to `redirectUrl`,
 * whose `code` `exchangeCode` exchanges for the first tokens within ten minutes.
 *
 * @param options The app, and where the seller comes back to.
 * @returns The address. Nothing in it is secret.
 * @throws {InvalidInputError} An option cannot work.
 * @see https://open.shopee.com/developer-guide/20
 * @example
 * ```ts
 * import { getAuthorizationUrl } from "shopee-media";
 *
 * const url = await getAuthorizationUrl({ partnerId: 1, redirectUrl: "https://erp.example/shopee", state: "a1b2" });
 * console.assert(url.startsWith("https://open.shopee.com/auth?partner_id=1&auth_type=seller&"));
 * ```
 */
export async function getAuthorizationUrl(options: AuthorizationUrlOptions): Promise<string> {
  // Who spreads the options of a manager gives some that are of no use here.
  const names = [...MANAGER_OPTION_NAMES, "redirectUrl", "state", "link"];
  checkKnownOptions("getAuthorizationUrl", options, names, OTHER_CREDENTIALS);
  const { partnerId, partnerKey, region = "global", redirectUrl, state, link = "page" } = options;
  if (!Object.hasOwn(REGIONS, region)) refuseOption("region", Object.keys(REGIONS).join(", "), describeValue(region));
  if (!URL.canParse(`${redirectUrl}`)) refuseOption("redirectUrl", "an absolute URL", describeValue(redirectUrl));
  if (state !== undefined && typeof state !== "string") refuseOption("state", "a text", describeValue(state));
  if (link !== "page" && link !== "signed") refuseOption("link", `"page" or "signed"`, describeValue(link));
  if (link === "signed") {
    if (state !== undefined) {
      throw new InvalidInputError("The signed link brings no state back: put it into redirectUrl");
    }
    const manager = resolveManagerOptions({ ...options, partnerKey: partnerKey as string, region });
    const credentials = { ...manager, hmac: runtime.hmacSha256(manager.partnerKey) };
    const timestamp = Math.floor(runtime.now() / 1000);
    const query = { redirect: `${redirectUrl}` };
    return (await signRequest(AUTHORIZATION_LINK_PATH, { credentials, timestamp, query })).url;
  }
  // The key plays no part in it, and need not be known where the link is made.
  const { baseUrl } = resolveManagerOptions({ ...options, partnerKey: partnerKey ?? "none", region });
  const url = new URL(options.baseUrl === undefined ? AUTHORIZATION_PAGES[region] : `${baseUrl}/auth`);
  url.search = new URLSearchParams({
    partner_id: `${partnerId}`,
    auth_type: "seller",
    redirect_uri: `${redirectUrl}`,
    response_type: "code",
    ...(state !== undefined && { state }),
  }).toString();
  return url.href;
}

/** Options of {@linkcode exchangeCode}: the app, as for a `MediaManager`, and what the seller came back with. */
export interface ExchangeCodeOptions
  extends Omit<MediaManagerOptions, "accessToken" | "userId" | "merchantId" | "signAs"> {
  /** The `code` of the address that the seller came back to. It serves once, for ten minutes. */
  code: string;
  /** The `shop_id` of that address. */
  shopId?: number | undefined;
  /** Its `main_account_id`, where it has no `shop_id`. */
  mainAccountId?: number | undefined;
  /**
   * Keeps the tokens, where `createRefreshingToken` looks for them: for the shop, or for each shop, merchant and user of the
   * main account. @default none: you keep them
   */
  store?: KeyValueStore | undefined;
}

/** What a code is exchanged for. */
export interface AuthorizedTokens extends TokenPair {
  /** The shops that were authorised. */
  shopIds: number[];
  /** The merchants, of a main account. */
  merchantIds: number[];
  /** The users: Shopee Video is theirs. */
  userIds: number[];
}

const TASK = "exchange the code for tokens";

/**
 * Exchanges what a seller came back with from authorising your app for the first pair of tokens. With a `store` it is kept
 * before this returns, and `createRefreshingToken` goes on from there. The first refresh token of a main account serves once
 * for each of its shops, merchants and users, and gives each a pair of its own.
 *
 * @param options The app, and what the seller came back with.
 * @returns The tokens, and for whom they are.
 * @throws {InvalidInputError} An option cannot work.
 * @throws {ShopeeApiError} Shopee refused the code: it is of the kind `authorization`, and the seller has to authorise again.
 * @throws {TransportError} No usable answer came.
 * @throws {ShopeeMediaError} The answer has no tokens, or the store has failed; its `cause` is the store's.
 * @see https://open.shopee.com/developer-guide/20
 * @example
 * ```ts
 * import { createMemoryStore, createRefreshingToken, exchangeCode, getAuthorizationUrl, MediaManager } from "shopee-media";
 * import { startEmulator } from "shopee-media/emulator";
 *
 * const emulator = await startEmulator();
 * const { partnerId, partnerKey } = emulator.credentials;
 * const app = { partnerId, partnerKey, baseUrl: emulator.url };
 * const url = await getAuthorizationUrl({ ...app, redirectUrl: "https://erp.example/shopee" });
 *
 * // The seller's browser goes there, and comes back.
 * const { headers } = await fetch(url, { redirect: "manual" });
 * const { searchParams } = new URL(headers.get("location")!);
 *
 * const store = createMemoryStore();
 * const shopId = Number(searchParams.get("shop_id"));
 * await exchangeCode({ ...app, code: searchParams.get("code")!, shopId, store });
 * const media = new MediaManager({ ...app, shopId, accessToken: createRefreshingToken({ ...app, shopId, store }) });
 * await media.initVideoUpload({ file_md5: "900150983cd24fb0d6963f7d28e17f72", file_size: 3 });
 * await emulator.close();
 * ```
 */
export async function exchangeCode(options: ExchangeCodeOptions): Promise<AuthorizedTokens> {
  const names = [...MANAGER_OPTION_NAMES, "code", "mainAccountId", "store"];
  checkKnownOptions("exchangeCode", options, names, OTHER_CREDENTIALS);
  const { partnerId, code, shopId, mainAccountId, store } = options;
  checkSecret("code", code);
  if ((shopId === undefined) === (mainAccountId === undefined)) {
    throw new InvalidInputError("Give either shopId or mainAccountId, as the seller came back with");
  }
  if (shopId === undefined) checkWholeNumber("mainAccountId", mainAccountId, { from: 1, hideText: true });
  if (store !== undefined) {
    checkTokenStore(store);
    // A store that fails is better known before the code is spent.
    await inStore(() => store.get(tokenKey(partnerId, "shop", shopId ?? 0)), "Cannot exchange the code");
  }

  const account = shopId === undefined ? { main_account_id: mainAccountId } : { shop_id: shopId };
  const transport = createTransport(resolveManagerOptions(options));
  const answer = await transport.call<Record<string, unknown>>(EXCHANGE_ENDPOINT, {
    task: TASK,
    json: { code, partner_id: partnerId, ...account },
    secrets: [code],
  });
  const pair = readTokenPair(answer, TASK);
  const ids = {
    shop: shopId === undefined ? readIds(answer.shop_id_list) : [shopId],
    merchant: readIds(answer.merchant_id_list),
    user: readIds(answer.user_id_list),
  };
  if (store !== undefined) await keepTokens(store, { partnerId, pair, ids, isShared: shopId === undefined });
  return { ...pair, shopIds: ids.shop, merchantIds: ids.merchant, userIds: ids.user };
}

function readIds(list: unknown): number[] {
  return Array.isArray(list) ? list.filter((id) => Number.isSafeInteger(id) && id > 0) : [];
}

interface KeptTokens {
  partnerId: number;
  pair: TokenPair;
  ids: Record<Owner, number[]>;
  /** Whether it is that of a main account, which each of them has to exchange for its own. */
  isShared: boolean;
}

async function keepTokens(store: KeyValueStore, { partnerId, pair, ids, isShared }: KeptTokens): Promise<void> {
  const owners = isShared ? ids : { shop: ids.shop };
  const kept = isShared ? { ...pair, expiresAt: 0 } : pair;
  await inStore(async () => {
    for (const [owner, list] of Object.entries(owners) as [Owner, number[]][]) {
      for (const id of list) await store.set(tokenKey(partnerId, owner, id), { ...kept });
    }
  }, "The code was exchanged, and its tokens could not be kept, so the seller has to authorise again");
}

async function inStore(work: () => unknown, problem: string): Promise<void> {
  try {
    await work();
  } catch (cause) {
    throw new ShopeeMediaError(`${problem}: the store has failed`, { cause });
  }
}
