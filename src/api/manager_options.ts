import { InvalidInputError } from "../errors.ts";
import {
  checkFunction,
  checkKnownOptions,
  checkRuntime,
  checkWholeNumber,
  describeValue,
  refuseOption,
} from "../options.ts";
import { type Region, REGIONS } from "../platform/endpoints.ts";
import { LONGEST_TIMER } from "../runtime.ts";
import { type AppState, createAppState } from "./pacer.ts";
import type { Fetch } from "./http.ts";
import type { AccessTokenSource } from "./token/access_token_source.ts";

/** A text in place of a number may be the key or a token. */
const hideText = true;

/** Options of {@linkcode MediaManager}. */
export interface MediaManagerOptions {
  /** The partner (app), from the Open Platform console. */
  partnerId: number;
  /** The partner's key, used as text. Never shown again. */
  partnerKey: string;
  /** The shop. The Shop calls of `media_space` need it: init, result and cancel. */
  shopId?: number | undefined;
  /** The user, for calls of the User type, which `call` makes: those of Shopee Video. */
  userId?: number | undefined;
  /** The merchant, for calls of the Merchant type, which `call` makes. */
  merchantId?: number | undefined;
  /** The access token of that shop, user or merchant, or where such tokens come from. The same calls need it. */
  accessToken?: string | AccessTokenSource | undefined;
  /**
   * How the calls are signed that the reference lists as Public: `shop` signs them with the shop's token, too, which
   * Shopee accepts. `public` does so only from when on Shopee wants a call to be signed so. @default "public"
   */
  signAs?: "public" | "shop" | undefined;
  /** Host of the seller's region. @default "global" */
  region?: Region | undefined;
  /** Origin that overrides `region`: an emulator, a proxy, a test host. */
  baseUrl?: string | URL | undefined;
  /** Accepts an `http:` base URL that is not loopback, when the network is your own. @default false */
  allowInsecureHttp?: boolean | undefined;
  /** Retries after the first attempt, and between which waits (ms) their random pause lies. `limit: 0` turns them off. */
  retry?: RetryOptions | undefined;
  /** Deadlines, in ms. */
  timeout?: TimeoutOptions | undefined;
  /**
   * Sends the requests: the `fetch` of `undici` or `node-fetch`, one that goes through a proxy, or that of an emulator without
   * a socket. It is called with a URL and plain values, which any implementation understands. How much of a body has left
   * cannot be seen then. @default globalThis.fetch
   */
  fetch?: Fetch | undefined;
  /**
   * Called once for each attempt, as soon as it is known what follows: for logs and metrics. A call waits for a function that
   * is asynchronous; what it throws or rejects with ends the call.
   */
  onRequest?: ((event: RequestEvent) => unknown) | undefined;
}

/** When a call is tried again. */
export interface RetryOptions {
  /** Retries after the first attempt. @default 5 */
  limit?: number | undefined;
  /** Longest pause before the first retry, in ms; doubles with each. @default 500 */
  baseDelay?: number | undefined;
  /** Longest pause before any retry, in ms. @default 20000 */
  maxDelay?: number | undefined;
}

/** How long a call may take, in ms. The time in which the machine sleeps does not count. */
export interface TimeoutOptions {
  /**
   * One attempt. One that sends files may take longer: as long as its bytes need on a line as slow as this upload has seen, or
   * one of 32 kB/s as long as nothing is known of it. @default 120000
   */
  attempt?: number | undefined;
  /** A request or an answer of which nothing moves, where that can be seen. @default 30000 */
  idle?: number | undefined;
  /** One call with all its retries, less the time in which files move. @default 900000 */
  total?: number | undefined;
}

/** The shop of a manager that `forShop` makes. */
export interface ShopOptions {
  /** The shop. */
  shopId: number;
  /** Its access token, or where such tokens come from. */
  accessToken: string | AccessTokenSource;
}

/** The options of any manager: one that `forShop` makes inherits what its app knows. */
export interface InheritedManagerOptions extends MediaManagerOptions {
  /** What is shared. @default the state of an app that has made no call */
  app?: AppState | undefined;
}

/** What `onRequest` is called with after each attempt. It never holds a secret, nor a URL with a query. */
export interface RequestEvent {
  /** Path of the endpoint, such as `/api/v2/media_space/upload_video_part`. */
  endpoint: string;
  /** Number of the attempt, from 1. */
  attempt: number;
  /** Milliseconds from sending to the end of the answer. */
  duration: number;
  /** HTTP status, if an answer came. */
  status?: number | undefined;
  /** Shopee's error code, `""` on success, nothing when no answer of Shopee's came. */
  error?: string | undefined;
  /** Shopee's name for the request, if an answer of Shopee's came. */
  requestId?: string | undefined;
  /** Milliseconds until another attempt of this call, when one follows; `0` when it follows at once. */
  retryAfter?: number | undefined;
}

/** The options once they were checked, with the defaults filled in. */
export interface ResolvedManagerOptions
  extends Pick<MediaManagerOptions, "partnerId" | "partnerKey" | "shopId" | "userId" | "merchantId" | "onRequest"> {
  /** What all managers of the app share. */
  app: AppState;
  /** Origin of the platform. */
  baseUrl: string;
  signAs: "public" | "shop";
  tokens?: AccessTokenSource | undefined;
  /** Whether the access token is one that nothing can replace. */
  hasFixedToken: boolean;
  retry: Record<keyof RetryOptions, number>;
  timeout: Record<keyof TimeoutOptions, number>;
}

/** All names, as a record so that none can be left out. */
const NAMES: Readonly<Record<keyof MediaManagerOptions, true>> = {
  partnerId: true,
  partnerKey: true,
  shopId: true,
  userId: true,
  merchantId: true,
  accessToken: true,
  signAs: true,
  region: true,
  baseUrl: true,
  allowInsecureHttp: true,
  retry: true,
  timeout: true,
  fetch: true,
  onRequest: true,
};

/** What somebody may hold together with the credentials; it is of no use here. */
export const OTHER_CREDENTIALS: readonly string[] = ["refreshToken", "pushPartnerKey"];

/** Names of the options of a `MediaManager`. */
export const MANAGER_OPTION_NAMES: readonly string[] = Object.keys(NAMES);

/**
 * Checks the options of a `MediaManager` and fills in the defaults.
 *
 * @throws {InvalidInputError} An option cannot work; the message names it, and never shows a secret.
 */
export function resolveManagerOptions(options: InheritedManagerOptions): ResolvedManagerOptions {
  const { partnerId, partnerKey, shopId, userId, merchantId, accessToken, signAs = "public", onRequest } = options;
  checkWholeNumber("partnerId", partnerId, { from: 1, hideText });
  checkSecret("partnerKey", partnerKey);
  for (const [name, id] of Object.entries({ shopId, userId, merchantId })) {
    if (id !== undefined) checkWholeNumber(name, id, { from: 1, hideText });
  }
  if (signAs !== "public" && signAs !== "shop") refuseOption("signAs", `"public" or "shop"`, describeValue(signAs));
  checkFunction("fetch", options.fetch);
  checkFunction("onRequest", onRequest);
  return {
    ...{ partnerId, partnerKey, shopId, userId, merchantId, signAs, onRequest },
    retry: resolveNumbers("retry", options.retry, { limit: 5, baseDelay: 500, maxDelay: 20_000 }, 0),
    timeout: resolveNumbers("timeout", options.timeout, { attempt: 120_000, idle: 30_000, total: 900_000 }, 1),
    app: options.app ?? createAppState(options.fetch),
    baseUrl: resolveBaseUrl(options),
    tokens: accessToken === undefined ? undefined : tokenSource(accessToken),
    hasFixedToken: typeof accessToken === "string",
  };
}

/**
 * Checks the names of a manager's options.
 *
 * @throws {InvalidInputError} A name is unknown.
 */
export function checkManagerOptions(options: InheritedManagerOptions): void {
  checkRuntime();
  checkKnownOptions("MediaManager", options, MANAGER_OPTION_NAMES, ["app", ...OTHER_CREDENTIALS]);
}

/** Checks the shop that a manager is to be made for. */
export function resolveShop(options: ShopOptions): ShopOptions {
  checkKnownOptions("forShop", options, ["shopId", "accessToken"], OTHER_CREDENTIALS);
  const { shopId, accessToken } = options;
  checkWholeNumber("shopId", shopId, { from: 1, hideText });
  tokenSource(accessToken);
  return { shopId, accessToken };
}

/** Checks numbers that are given together, and fills in the defaults. */
function resolveNumbers<Name extends string>(
  what: string,
  given: Partial<Record<Name, number | undefined>> = {},
  defaults: Record<Name, number>,
  from: number,
): Record<Name, number> {
  checkKnownOptions(what, given, Object.keys(defaults));
  const numbers = { ...defaults };
  for (const name of Object.keys(defaults) as Name[]) {
    const value = given[name];
    if (value === undefined) continue;
    checkWholeNumber(`${what}.${name}`, value, { from, to: LONGEST_TIMER, hideText });
    numbers[name] = value;
  }
  return numbers;
}

/** Refuses what is no secret, without showing what it is instead. */
export function checkSecret(name: string, value: unknown): void {
  if (typeof value === "string" && value !== "") return;
  throw new InvalidInputError(`The ${name} must be a string that is not empty`);
}

function tokenSource(accessToken: string | AccessTokenSource): AccessTokenSource {
  if (typeof accessToken === "string" && accessToken !== "") {
    return { get: () => accessToken, refresh: (stale) => stale };
  }
  const { get, refresh } = Object(accessToken) as Partial<AccessTokenSource>;
  if (typeof get === "function" && typeof refresh === "function") return accessToken as AccessTokenSource;
  const shown = typeof accessToken === "string" ? "an empty text" : describeValue(accessToken);
  refuseOption("accessToken", "a string that is not empty, or a source with the functions get and refresh", shown);
}

const LOOPBACK = /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** Finds the origin that requests go to, and refuses `http:` where it would show secrets to a network. */
function resolveBaseUrl({ region = "global", baseUrl, allowInsecureHttp = false }: MediaManagerOptions): string {
  if (typeof allowInsecureHttp !== "boolean") {
    refuseOption("allowInsecureHttp", "true or false", describeValue(allowInsecureHttp));
  }
  if (baseUrl === undefined) {
    if (Object.hasOwn(REGIONS, region)) return REGIONS[region];
    refuseOption("region", `one of ${Object.keys(REGIONS).join(", ")}`, describeValue(region));
  }
  const url = parseOrigin(baseUrl);
  if (url.protocol === "https:") return url.origin;
  if (url.protocol === "http:" && (allowInsecureHttp || LOOPBACK.test(url.hostname))) return url.origin;
  throw new InvalidInputError(
    `The baseUrl must be https:, not ${url.origin}: http: is for loopback hosts, or wants allowInsecureHttp`,
  );
}

function parseOrigin(baseUrl: string | URL): URL {
  let url: URL;
  try {
    url = new URL(baseUrl);
  } catch {
    throw new InvalidInputError("The baseUrl must be a URL such as https://partner.shopeemobile.com");
  }
  if (url.pathname === "/" && url.search === "" && url.username === "" && url.password === "") return url;
  throw new InvalidInputError(`The baseUrl must be a bare origin such as ${url.origin}, without path, query or login`);
}
