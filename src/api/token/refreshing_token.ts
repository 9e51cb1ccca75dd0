import { sleep } from "../../async/sleep.ts";
import { isShopeeApiError } from "../../error_guards.ts";
import { InvalidInputError, ShopeeMediaError } from "../../errors.ts";
import { type Owner, REFRESH_ENDPOINT } from "../../platform/endpoints.ts";
import { runtime } from "../../runtime.ts";
import { type KeyValueStore, type StoredValue, takeKey } from "../../store/key_value_store.ts";
import { checkKnownOptions, checkWholeNumber, describeValue, refuseOption } from "../../options.ts";
import {
  checkSecret,
  MANAGER_OPTION_NAMES,
  type MediaManagerOptions,
  OTHER_CREDENTIALS,
  resolveManagerOptions,
} from "../manager_options.ts";
import { readNumber } from "../response_shapes.ts";
import { createTransport, type Transport } from "../transport.ts";
import type { AsyncTokenSource } from "./access_token_source.ts";

/** The tokens of a shop, a user or a merchant, as a store keeps them. Secret. */
export interface TokenPair {
  /** Signs calls, for 4 hours. */
  accessToken: string;
  /** Gets the next pair, once, for 30 days. */
  refreshToken: string;
  /** When the access token expires, in ms since 1970. @default it is good until Shopee refuses it */
  expiresAt?: number | undefined;
}

/** Whose tokens they are: exactly one of the three. */
export interface TokenAccount {
  /** The shop. */
  shopId?: number | undefined;
  /** The user, for calls of the User type: those of Shopee Video. */
  userId?: number | undefined;
  /** The merchant, for calls of the Merchant type. */
  merchantId?: number | undefined;
}

/**
 * Options of {@linkcode createRefreshingToken}: who you are, as for a `MediaManager`, whose tokens they are, and where they are
 * kept.
 */
export interface RefreshingTokenOptions
  extends Omit<MediaManagerOptions, "accessToken" | keyof TokenAccount | "signAs">, TokenAccount {
  /**
   * Keeps the {@linkcode TokenPair}. Its content is secret. Where it can `lock`, one process at a time refreshes.
   */
  store: KeyValueStore;
  /** Under which key. @default `shopee-media:token:<partnerId>:<shopId>`, with `user:` or `merchant:` before another id */
  key?: string | undefined;
  /**
   * The refresh token to begin with, from the seller's authorisation. Used while the store holds none, and when Shopee
   * refuses the stored one: the app was authorised again.
   */
  refreshToken?: string | undefined;
  /** The whole pair to begin with, instead of its refresh token alone: one that another system has got. */
  pair?: TokenPair | undefined;
  /** Ms before its end at which a token is replaced. @default 300000 */
  leeway?: number | undefined;
}

const TASK = "refresh the access token";
/** How long a call waits, in ms, for another token while its own is still good. */
const PATIENCE = 2_000;
/** How long a refresh is waited for, in ms. */
const LONGEST_REFRESH = 120_000;
/** How often it is looked whether another process has done with its refresh, in ms. */
const LOOK = 100;
/** How long an access token lives, in s. */
const LIFETIME = 14_400;
/** Seconds above this are no time to live, but a time: one of the platform's samples has it so. */
const FIRST_TIME = 1_000_000_000;

/**
 * Makes the source of access tokens for one shop, user or merchant: it refreshes them ahead of their end, or when Shopee refuses one, and
 * once for all who wait. A refresh token serves only once, so the new pair is stored before it is used.
 *
 * Several processes may share a store: before it refreshes, this source looks whether another has done so, and where the store
 * can `lock`, one at a time does. Of a main account, the first refresh token gets each of its shops, users and merchants a pair
 * of its own, so that each has a source and a key of its own.
 *
 * An error of the kind `authorization` says that the seller has to authorise the app again.
 *
 * @param options Partner; shop, user or merchant; store.
 * @returns The source, to be given to a `MediaManager` as `accessToken`.
 * @throws {InvalidInputError} An option cannot work. `get` and `refresh` reject with the same when there is no refresh
 * token, and as a call of a `MediaManager` does when the refresh fails.
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
  const { partnerId, store, refreshToken: firstRefreshToken = options.pair?.refreshToken, leeway = 300_000 } = options;
  const account = accountOf(options);
  const key = options.key ?? tokenKey(partnerId, options);
  const transport = tokenTransport(options);
  let current: TokenPair | undefined;
  /** A pair that could not be stored: it is all there is, since its refresh token's predecessor has been spent. */
  let unstored: TokenPair | undefined;
  let renewing: Promise<TokenPair> | undefined;
  /** The first refresh token has served: it is no help against the refusal of a later one. */
  let firstIsSpent = false;

  const endOf = ({ expiresAt = Infinity }: TokenPair) => expiresAt;
  const isFresh = (pair: TokenPair) => endOf(pair) - leeway > runtime.now();

  async function load(): Promise<TokenPair | undefined> {
    const value = await withStore(TASK, () => store.get(key));
    return isTokenPair(value) ? value : undefined;
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
      json: { refresh_token: refreshToken, partner_id: partnerId, [`${account.owner}_id`]: account.id },
      secrets: [refreshToken],
    });
    if (refreshToken === firstRefreshToken) firstIsSpent = true;
    return readTokenPair(answer, TASK);
  }

  async function renew(stale: string | undefined): Promise<TokenPair> {
    if (unstored === undefined) {
      const stored = await load() ?? options.pair;
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
        if (firstRefreshToken === undefined || firstRefreshToken === refreshToken || firstIsSpent) throw error;
        unstored = await request(firstRefreshToken);
      }
    }
    const pair = unstored;
    await withStore(TASK, () => store.set(key, toStored(pair)));
    unstored = undefined;
    return pair;
  }

  /** Renews it while nobody else does: what two refreshes with one token come to is not known. */
  async function renewAlone(stale: string | undefined): Promise<TokenPair> {
    const renewed = await workAlone({ store, key, task: TASK }, () => renew(stale), async () => {
      const other = await load();
      return other !== undefined && other.accessToken !== stale && isFresh(other) ? other : undefined;
    });
    if (renewed !== undefined) return renewed;
    const reason = `another process has been at it for ${LONGEST_REFRESH} ms`;
    throw new ShopeeMediaError(`Cannot ${TASK}: ${reason}`, { retryable: true });
  }

  async function renewOnce(stale: string | undefined): Promise<TokenPair> {
    renewing ??= renewAlone(stale).finally(() => renewing = undefined);
    current = await renewing;
    return current;
  }

  return {
    async get() {
      current ??= await load() ?? options.pair;
      const pair = current;
      if (pair !== undefined && isFresh(pair)) return pair.accessToken;
      const renewed = renewOnce(pair?.accessToken).then(({ accessToken }) => accessToken);
      if (pair === undefined || endOf(pair) <= runtime.now()) return await renewed;
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

const OWNERS: readonly Owner[] = ["shop", "user", "merchant"];

function accountOf(of: TokenAccount): { owner: Owner; id: number } {
  const [account] = OWNERS.flatMap((owner) => {
    const id = of[`${owner}Id`];
    return id === undefined ? [] : [{ owner, id }];
  });
  return account!;
}

/** Where the pair of an account is kept, unless somebody says otherwise. */
export function tokenKey(partnerId: number, of: TokenAccount): string {
  const { owner, id } = accountOf(of);
  return `shopee-media:token:${partnerId}:${owner === "shop" ? "" : `${owner}:`}${id}`;
}

/**
 * Makes the transport of the calls that get tokens. An answer that is waited for no longer would be lost, and the tokens with
 * it, so that one attempt may take as long as there is time for another: for a request that never arrived.
 */
export function tokenTransport(options: MediaManagerOptions): Transport {
  const resolved = resolveManagerOptions(options);
  const total = options.timeout?.total ?? LONGEST_REFRESH;
  const attempt = Math.ceil(total / 2);
  return createTransport({ ...resolved, timeout: { attempt, idle: attempt, total } });
}

/**
 * Works with a key of a store while nobody else does, in this process or, where the store can lock, in any.
 *
 * @param instead Looked at while another works with it: what it returns is returned at once.
 * @returns Nothing where another works with it for longer than a refresh takes.
 */
export async function workAlone<T>(
  { store, key, task }: { store: KeyValueStore; key: string; task: string },
  work: () => Promise<T>,
  instead: () => Promise<T | undefined> = () => Promise.resolve(undefined),
): Promise<T | undefined> {
  for (let waited = 0; waited < LONGEST_REFRESH; waited += LOOK) {
    const taken = await withStore(task, () => takeKey(store, key));
    if (taken !== undefined) return await work().finally(() => taken.release());
    await sleep(LOOK);
    const found = await instead();
    if (found !== undefined) return found;
  }
}

/** Reads the pair that Shopee answers. One that does not tell its end is good all the same: its predecessor is spent. */
export function readTokenPair(answer: Record<string, unknown>, task: string): TokenPair {
  const { access_token: accessToken, refresh_token: refreshToken, expire_in } = answer;
  const seconds = readNumber(expire_in) ?? 0;
  const isTime = seconds > FIRST_TIME;
  const expiresAt = isTime ? seconds * 1000 : runtime.now() + (seconds > 0 ? seconds : LIFETIME) * 1000;
  const pair = { accessToken, refreshToken, expiresAt };
  if (isTokenPair(pair)) return pair;
  throw new ShopeeMediaError(`Cannot ${task}: Shopee's answer has no access_token or no refresh_token`, {
    mayHaveSucceeded: true,
  });
}

function checkOptions(options: RefreshingTokenOptions): void {
  // Who spreads the options of a manager gives some that are of no use here.
  const names = [...MANAGER_OPTION_NAMES, "store", "key", "refreshToken", "pair", "leeway"];
  checkKnownOptions("createRefreshingToken", options, names, OTHER_CREDENTIALS);
  const { store, key, refreshToken, pair, leeway } = options;
  const [name, ...others] = OWNERS.map((owner) => `${owner}Id` as const).filter((name) => options[name] !== undefined);
  if (name === undefined) refuseOption("shopId", "given, or a userId or a merchantId", describeValue(undefined));
  if (others.length > 0) refuseOption(name, "alone: each has tokens of its own", `with ${others.join(" and ")}`);
  checkWholeNumber(name, options[name], { from: 1, hideText: true });
  checkStore(store);
  if (key !== undefined && (typeof key !== "string" || key === "")) {
    refuseOption("key", "a text that is not empty", describeValue(key));
  }
  if (refreshToken !== undefined) checkSecret("refreshToken", refreshToken);
  if (pair !== undefined) {
    if (refreshToken !== undefined) refuseOption("pair", "given alone", "with a refreshToken: it has its own");
    checkPair(pair);
  }
  if (leeway !== undefined) checkWholeNumber("leeway", leeway, { from: 0, hideText: true });
}

/** Refuses what is no store. */
export function checkStore(store: KeyValueStore): void {
  const isStore = typeof store?.get === "function" && typeof store.set === "function";
  if (!isStore) refuseOption("store", "a store with the functions get and set", describeValue(store));
}

function checkPair(pair: TokenPair): void {
  checkKnownOptions("pair", pair, ["accessToken", "refreshToken", "expiresAt"]);
  checkSecret("accessToken of the pair", pair.accessToken);
  checkSecret("refreshToken of the pair", pair.refreshToken);
  const { expiresAt } = pair;
  if (expiresAt !== undefined && !Number.isFinite(expiresAt)) {
    const shown = typeof expiresAt === "number" ? `${expiresAt}` : describeValue(typeof expiresAt);
    refuseOption("expiresAt of the pair", "a time in ms since 1970", shown);
  }
}

/** A pair as plain JSON data. */
export function toStored({ accessToken, refreshToken, expiresAt }: TokenPair): StoredValue {
  return { accessToken, refreshToken, ...(expiresAt !== undefined && { expiresAt }) };
}

/** Works with a store. */
export async function withStore<T>(task: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw new ShopeeMediaError(`Cannot ${task}: the store has failed`, { cause });
  }
}

function isTokenPair(value: unknown): value is TokenPair {
  if (typeof value !== "object" || value === null) return false;
  const { accessToken, refreshToken, expiresAt } = value as Record<string, unknown>;
  return typeof accessToken === "string" && accessToken !== "" && typeof refreshToken === "string" &&
    refreshToken !== "" && (expiresAt === undefined || Number.isFinite(expiresAt));
}
