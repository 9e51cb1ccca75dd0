import { InvalidInputError } from "../errors.ts";
import type { AccessTokenSource } from "./access_token_source.ts";
import type { TransportOptions } from "./create_transport.ts";
import type { MediaManagerOptions } from "./media_manager.ts";
import { resolveBaseUrl } from "./resolve_base_url.ts";

/**
 * Checks the options of a `MediaManager` and fills in the defaults.
 *
 * @param options What the caller gave.
 * @returns What the transport wants.
 * @throws {InvalidInputError} An option cannot work; the message names it, and never shows a secret.
 */
export function resolveManagerOptions(options: MediaManagerOptions): TransportOptions {
  const { partnerId, partnerKey, shopId, accessToken, retry = {}, timeout = {}, fetch, onRequest } = options;
  wholeNumber("partnerId", partnerId, 1);
  secret("partnerKey", partnerKey);
  if (shopId !== undefined) wholeNumber("shopId", shopId, 1);
  const { limit = 5, baseDelay = 500, maxDelay = 20_000 } = retry;
  wholeNumber("retry.limit", limit, 0);
  wholeNumber("retry.baseDelay", baseDelay, 0);
  wholeNumber("retry.maxDelay", maxDelay, 0);
  const { attempt = 120_000, idle = 30_000, total = 900_000 } = timeout;
  wholeNumber("timeout.attempt", attempt, 1);
  wholeNumber("timeout.idle", idle, 1);
  wholeNumber("timeout.total", total, 1);
  return {
    baseUrl: resolveBaseUrl(options),
    partnerId,
    partnerKey,
    shopId,
    tokens: tokenSource(accessToken),
    retry: { limit, baseDelay, maxDelay },
    timeout: { attempt, idle, total },
    fetch,
    onRequest,
  };
}

/** The longest a timer can be set to, in ms: about 24 days. */
const MOST = 2 ** 31 - 1;

function wholeNumber(name: string, value: number, least: number): void {
  if (Number.isInteger(value) && value >= least && (value <= MOST || name.endsWith("Id"))) return;
  // Only numbers are shown: a string in the wrong place may be the key.
  const shown = typeof value === "number" ? value : `a value of type ${typeof value}`;
  throw new InvalidInputError(`The ${name} must be a whole number from ${least}, not ${shown}`);
}

function secret(name: string, value: unknown): void {
  if (typeof value === "string" && value !== "") return;
  throw new InvalidInputError(`The ${name} must be a string that is not empty`);
}

function tokenSource(accessToken: string | AccessTokenSource | undefined): AccessTokenSource | undefined {
  if (accessToken === undefined) return undefined;
  if (typeof accessToken === "object") return accessToken;
  secret("accessToken", accessToken);
  return { get: () => Promise.resolve(accessToken), refresh: (stale) => Promise.resolve(stale) };
}
