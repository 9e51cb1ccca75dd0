import { sleep } from "../../async/sleep.ts";
import { isShopeeApiError } from "../../error_guards.ts";
import { InvalidInputError, ShopeeMediaError } from "../../errors.ts";
import { type Owner, REFRESH_ENDPOINT } from "../../platform/endpoints.ts";
import { runtime } from "../../runtime.ts";
import type { KeyValueStore } from "../../store/key_value_store.ts";
import { checkKnownOptions, checkWholeNumber, describeValue, refuseOption } from "../../options.ts";
import {
  checkSecret,
  MANAGER_OPTION_NAMES,
  type MediaManagerOptions,
  OTHER_CREDENTIALS,
  resolveManagerOptions,
} from "../manager_options.ts";
import { readNumber } from "../response_shapes.ts";
import { createTransport } from "../transport.ts";
import type { AsyncTokenSource } from "./access_token_source.ts";

/**
 * Options of {@linkcode createRefreshingToken}: who you are, as for a `MediaManager`, whose tokens it is about - one of
 * `shopId`, `userId` and `merchantId` - and where they are kept.
 */
export interface RefreshingTokenOptions extends Omit<MediaManagerOptions, "accessToken" | "signAs"> {
  /**
   * Keeps the token pair. Its content is secret. With a store that can `lock`, one process refreshes at a time; any other
   * serves processes that seldom refresh at the same moment.
   */
  store: KeyValueStore;
  /** Under which key. @default `shopee-media:token:<partnerId>:<shopId>`, or `…:user:<userId>`, `…:merchant:<merchantId>` */
  key?: string | undefined;
  /**
   * The refresh token to begin with, from the authorisation. That of a main account serves once for each of its shops, and
   * gives each a pair of its own. Used while the store holds none, and when Shopee refuses the stored one: the app was
   * authorised again.
   */
  refreshToken?: string | undefined;
  /** A pair that you already have, instead of `refreshToken`: it is used as it is, until it has to be refreshed. */
  pair?: TokenPair | undefined;
  /** Ms before its end at which a token is replaced. @default 300000 */
  leeway?: number | undefined;
}

/** A token pair, as it is stored. Both texts are secret. */
export interface TokenPair {
  /** Signs calls until it ends. */
  accessToken: string;
  /** Gets the next pair, once. */
  refreshToken: string;
  /** When the access token ends, in ms since 1970. */
  expiresAt: number;
}

const TASK = "refresh the access token";
/** How long a call waits, in ms, for another token while its own is still good. */
const PATIENCE = 2_000;
/** How long an access token lives, in s. */
const LIFETIME = 14_400;
/** How long another process may take to refresh, in ms. */
const TURN = 60_000;
/** Seconds above this are no time to live, but a time: one of the platform's samples has it so. */
const FIRST_TIME = 1_000_000_000;

/**
 * Makes the source of access tokens for one shop, user or merchant: it refreshes them ahead of their end, or when Shopee
 * refuses one, and once for all who wait. A refresh token serves only once, so the new pair is stored before it is used.
 *
 * Several processes may share a store: before it refreshes, this source looks whether another has done so.
 *
 * @param options Partner, shop, store. `exchangeCode` puts the first pair into the store; else give `refreshToken` or `pair`.
 * @returns The source, to be given to a `MediaManager` as `accessToken`.
 * @throws {InvalidInputError} An option cannot work. `get` and `refresh` reject with the same when there is no refresh
 * token, and as a call of a `MediaManager` does when the refresh fails: with an error of the kind `authorization` where the
 * app has to be authorised again.
 * @see https://open.shopee.com/developer-guide/20
 * @example
 * ```ts
 * import { createMemoryStore, createRefreshingToken, MediaManager } from "shopee-media";
 * import { startEmulator } from "shopee-media/emulator";
 *
 * const emulator = await startEmulator();
 * const { refreshToken, ...partner } = emulator.credentials;
 * const options = { ...partner, baseUrl: emulator.url };
 * const accessToken = createRefreshingToken({ ...options, refreshToken, store: createMemoryStore() });
 * const media = new MediaManager({ ...options, accessToken });
 * await media.initVideoUpload({ file_md5: "900150983cd24fb0d6963f7d28e17f72", file_size: 3 });
 * await emulator.close();
 * ```
 */
export function createRefreshingToken(options: RefreshingTokenOptions): AsyncTokenSource {
  checkOptions(options);
  const { partnerId, store, pair: given, refreshToken: firstRefreshToken = given?.refreshToken, leeway = 300_000 } =
    options;
  const { owner, id } = ownerOf(options);
  const key = options.key ?? tokenKey(partnerId, owner, id);
  const transport = createTransport(resolveManagerOptions(options));
  let current: TokenPair | undefined;
  /** A pair that could not be stored: it is all there is, since its refresh token's predecessor has been spent. */
  let unstored: TokenPair | undefined;
  let renewing: Promise<TokenPair> | undefined;

  const isFresh = (pair: TokenPair) => pair.expiresAt - leeway > runtime.now();

  async function load(): Promise<TokenPair | undefined> {
    const value = await withStore(() => store.get(key));
    return isTokenPair(value) ? value : given;
  }

  /** Waits a little for the pair that another process has got, but may not have stored yet. */
  async function loadOther(spent: string): Promise<TokenPair | undefined> {
    for (const pause of [0, 50, 100, 200, 400, 800]) {
      await sleep(pause);
      const pair = await load();
      if (pair !== undefined && pair.refreshToken !== spent) return pair;
    }
  }

  async function request(refreshToken: string): Promise<TokenPair> {
    const answer = await transport.call<Record<string, unknown>>(REFRESH_ENDPOINT, {
      task: TASK,
      json: { refresh_token: refreshToken, partner_id: partnerId, [`${owner}_id`]: id },
      secrets: [refreshToken],
    });
    return readTokenPair(answer, TASK);
  }

  /** Waits for its turn among the processes that share the store, where the store can tell. */
  async function inTurn(work: () => Promise<TokenPair>): Promise<TokenPair> {
    if (store.lock === undefined) return await work();
    for (const deadline = runtime.elapsed() + TURN; runtime.elapsed() < deadline; await sleep(100)) {
      const lock = await withStore(() => store.lock!(key));
      if (lock !== undefined) return await work().finally(() => lock.release());
    }
    throw new ShopeeMediaError(`Cannot ${TASK}: another process has been at it for ${TURN / 1000} s`, {
      retryable: true,
    });
  }

  async function renew(stale: string | undefined): Promise<TokenPair> {
    if (unstored === undefined) {
      const stored = await load();
      if (stored !== undefined && stored.accessToken !== stale && isFresh(stored)) return stored;
      const refreshToken = stored?.refreshToken ?? firstRefreshToken;
      if (refreshToken === undefined) {
        throw new InvalidInputError(`Cannot ${TASK}: the store has none under "${key}", and no refreshToken was given`);
      }
      try {
        unstored = await request(refreshToken);
      } catch (error) {
        // Another process may have spent the refresh token a moment ago; then it has stored a new one.
        if (!isShopeeApiError(error) || error.retryable) throw error;
        const newer = await loadOther(refreshToken);
        if (newer !== undefined) return newer;
        if (firstRefreshToken === undefined || firstRefreshToken === refreshToken) throw error;
        unstored = await request(firstRefreshToken);
      }
    }
    const pair = unstored;
    await withStore(() => store.set(key, { ...pair }));
    unstored = undefined;
    return pair;
  }

  async function renewOnce(stale: string | undefined): Promise<TokenPair> {
    renewing ??= inTurn(() => renew(stale)).finally(() => renewing = undefined);
    current = await renewing;
    return current;
  }

  return {
    async get() {
      current ??= await load();
      const pair = current;
      if (pair !== undefined && isFresh(pair)) return pair.accessToken;
      const renewed = renewOnce(pair?.accessToken).then(({ accessToken }) => accessToken);
      if (pair === undefined || pair.expiresAt <= runtime.now()) return await renewed;
      // It still has some minutes to live: a refresh that fails, or takes its time, is none of this call's business.
      const patience = new AbortController();
      const late = sleep(PATIENCE, patience.signal).then(() => pair.accessToken);
      return await Promise.race([renewed, late]).catch(() => pair.accessToken).finally(() => patience.abort());
    },
    async refresh(stale) {
      if (current !== undefined && current.accessToken !== stale && isFresh(current)) return current.accessToken;
      return (await renewOnce(stale)).accessToken;
    },
  };
}

function checkOptions(options: RefreshingTokenOptions): void {
  // Who spreads the options of a manager gives some that are of no use here.
  const names = [...MANAGER_OPTION_NAMES, "store", "key", "refreshToken", "pair", "leeway"];
  checkKnownOptions("createRefreshingToken", options, names, OTHER_CREDENTIALS);
  const { store, key, refreshToken, pair, leeway } = options;
  ownerOf(options);
  checkTokenStore(store);
  if (key !== undefined && (typeof key !== "string" || key === "")) {
    refuseOption("key", "a text that is not empty", describeValue(key));
  }
  if (refreshToken !== undefined) checkSecret("refreshToken", refreshToken);
  if (leeway !== undefined) checkWholeNumber("leeway", leeway, { from: 0, hideText: true });
  if (pair === undefined) return;
  if (refreshToken !== undefined) throw new InvalidInputError("Give either refreshToken or pair, which has one");
  if (!isTokenPair(pair)) {
    throw new InvalidInputError(
      "pair must have accessToken and refreshToken, texts that are not empty, and expiresAt in ms",
    );
  }
}

/**
 * Checks where tokens are to be kept.
 *
 * @throws {InvalidInputError} It is no store.
 */
export function checkTokenStore(store: KeyValueStore): void {
  const isStore = typeof store?.get === "function" && typeof store.set === "function";
  if (!isStore) refuseOption("store", "a store with the functions get and set", describeValue(store));
}

function ownerOf({ shopId, userId, merchantId }: Partial<Record<`${Owner}Id`, number>>): { owner: Owner; id: number } {
  const given = Object.entries({ shop: shopId, user: userId, merchant: merchantId }) as [Owner, number | undefined][];
  const [[owner, id] = ["shop", shopId] as const, ...more] = given.filter(([, one]) => one !== undefined);
  if (more.length > 0) {
    throw new InvalidInputError("Give one of shopId, userId and merchantId: each has tokens of its own");
  }
  checkWholeNumber(`${owner}Id`, id, { from: 1, hideText: true });
  return { owner, id: id! };
}

/** Under which key the tokens of a shop, user or merchant are kept. */
export function tokenKey(partnerId: number, owner: Owner, id: number): string {
  return `shopee-media:token:${partnerId}:${owner === "shop" ? "" : `${owner}:`}${id}`;
}

/**
 * Reads the pair of an answer.
 *
 * @throws {ShopeeMediaError} There is none in it, and what it was exchanged for is spent.
 */
export function readTokenPair(answer: Record<string, unknown>, task: string): TokenPair {
  const pair = {
    accessToken: answer.access_token,
    refreshToken: answer.refresh_token,
    expiresAt: endOf(answer.expire_in),
  };
  if (isTokenPair(pair)) return pair;
  throw new ShopeeMediaError(`Cannot ${task}: Shopee's answer has no access_token or no refresh_token`, {
    mayHaveSucceeded: true,
  });
}

/** Ms since 1970. A pair that does not tell its end is good all the same: its predecessor has been spent. */
function endOf(expireIn: unknown): number {
  const seconds = readNumber(expireIn) ?? 0;
  if (seconds > FIRST_TIME) return seconds * 1000;
  return runtime.now() + (seconds > 0 ? seconds : LIFETIME) * 1000;
}

async function withStore<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw new ShopeeMediaError(`Cannot ${TASK}: the store has failed`, { cause });
  }
}

function isTokenPair(value: unknown): value is TokenPair {
  if (typeof value !== "object" || value === null) return false;
  const { accessToken, refreshToken, expiresAt } = value as Record<string, unknown>;
  return typeof accessToken === "string" && accessToken !== "" && typeof refreshToken === "string" &&
    refreshToken !== "" && Number.isFinite(expiresAt);
}
