import { InvalidInputError } from "../errors.ts";
import { checkWholeNumber, describeValue, refuseOption } from "../options.ts";
import { type Region, REGIONS } from "../platform/endpoints.ts";
import { LONGEST_TIMER } from "../runtime.ts";
import { type AppState, createAppState } from "./app_state.ts";
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
  shopId?: number;
  /** Its access token, or where such tokens come from. The same calls need it. */
  accessToken?: string | AccessTokenSource;
  /**
   * How the calls are signed that the reference lists as Public: `shop` signs them with the shop's token, too, which
   * Shopee accepts. `public` does so only from when on Shopee wants a call to be signed so. @default "public"
   */
  signAs?: "public" | "shop";
  /** Host of the seller's region. @default "global" */
  region?: Region;
  /** Origin that overrides `region`: an emulator, a proxy, a test host. */
  baseUrl?: string | URL;
  /** Accepts an `http:` base URL that is not loopback, when the network is your own. @default false */
  allowInsecureHttp?: boolean;
  /** Retries after the first attempt, and between which waits (ms) their random pause lies. `limit: 0` turns them off. */
  retry?: {
    /** Retries after the first attempt. @default 5 */
    limit?: number;
    /** Longest pause before the first retry, in ms; doubles with each. @default 500 */
    baseDelay?: number;
    /** Longest pause before any retry, in ms. @default 20000 */
    maxDelay?: number;
  };
  /** Deadlines, in ms. */
  timeout?: {
    /** One attempt. @default 120000 */
    attempt?: number;
    /** A body that stands still. @default 30000 */
    idle?: number;
    /** One call with all its retries. @default 900000 */
    total?: number;
  };
  /** Sends the requests: a proxy's `fetch`, or the one of an emulator without a socket. @default globalThis.fetch */
  fetch?: typeof fetch;
  /** Called once for each attempt, as soon as it is known what follows: for logs and metrics. Must not throw. */
  onRequest?: (event: RequestEvent) => void;
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
  app?: AppState;
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
  status?: number;
  /** Shopee's error code, `""` on success, nothing when no answer of Shopee's came. */
  error?: string;
  /** Shopee's name for the request, if an answer of Shopee's came. */
  requestId?: string;
  /** Milliseconds until another attempt of this call, when one follows; `0` when it follows at once. */
  retryAfter?: number;
}

/** The options once they were checked, with the defaults filled in. */
export interface ResolvedManagerOptions
  extends Pick<MediaManagerOptions, "partnerId" | "partnerKey" | "shopId" | "onRequest"> {
  /** What all managers of the app share. */
  app: AppState;
  /** Origin of the platform. */
  baseUrl: string;
  signAs: "public" | "shop";
  tokens?: AccessTokenSource;
  retry: Required<NonNullable<MediaManagerOptions["retry"]>>;
  timeout: Required<NonNullable<MediaManagerOptions["timeout"]>>;
}

/**
 * Checks the options of a `MediaManager` and fills in the defaults.
 *
 * @throws {InvalidInputError} An option cannot work; the message names it, and never shows a secret.
 */
export function resolveManagerOptions(options: InheritedManagerOptions): ResolvedManagerOptions {
  const { partnerId, partnerKey, shopId, accessToken, signAs = "public", onRequest } = options;
  checkWholeNumber("partnerId", partnerId, { from: 1, hideText });
  checkSecret("partnerKey", partnerKey);
  if (shopId !== undefined) checkWholeNumber("shopId", shopId, { from: 1, hideText });
  if (signAs !== "public" && signAs !== "shop") refuseOption("signAs", `"public" or "shop"`, describeValue(signAs));
  const { limit = 5, baseDelay = 500, maxDelay = 20_000 } = options.retry ?? {};
  const retry = { limit, baseDelay, maxDelay };
  for (const [name, value] of Object.entries(retry)) {
    checkWholeNumber(`retry.${name}`, value, { from: 0, to: LONGEST_TIMER, hideText });
  }
  const { attempt = 120_000, idle = 30_000, total = 900_000 } = options.timeout ?? {};
  const timeout = { attempt, idle, total };
  for (const [name, value] of Object.entries(timeout)) {
    checkWholeNumber(`timeout.${name}`, value, { from: 1, to: LONGEST_TIMER, hideText });
  }
  return {
    ...{ partnerId, partnerKey, shopId, signAs, retry, timeout, onRequest },
    app: options.app ?? createAppState(options.fetch),
    baseUrl: resolveBaseUrl(options),
    tokens: accessToken === undefined ? undefined : tokenSource(accessToken),
  };
}

/** Checks the shop that a manager is to be made for. */
export function resolveShop({ shopId, accessToken }: ShopOptions): Required<ShopOptions> {
  checkWholeNumber("shopId", shopId, { from: 1, hideText });
  return { shopId, accessToken: tokenSource(accessToken) };
}

/** Refuses what is no secret, without showing what it is instead. */
export function checkSecret(name: string, value: unknown): void {
  if (typeof value === "string" && value !== "") return;
  throw new InvalidInputError(`The ${name} must be a string that is not empty`);
}

function tokenSource(accessToken: string | AccessTokenSource): AccessTokenSource {
  if (typeof accessToken === "object" && accessToken !== null) return accessToken;
  checkSecret("accessToken", accessToken);
  return { get: () => accessToken, refresh: (stale) => stale };
}

const LOOPBACK = /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** Finds the origin that requests go to, and refuses `http:` where it would show secrets to a network. */
function resolveBaseUrl({ region = "global", baseUrl, allowInsecureHttp = false }: MediaManagerOptions): string {
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
