import { isShopeeMediaError, ShopeeMediaError } from "../../errors.ts";

/**
 * Where access tokens come from. `createRefreshingToken` makes one; write your own to share tokens with another system.
 */
export interface AccessTokenSource {
  /** Returns the current token. Called once for each attempt of a call that wants one. */
  get(): string | Promise<string>;
  /**
   * Returns a token other than `stale`, which Shopee has just refused. Called once for all calls that were refused with
   * the same token.
   */
  refresh(stale: string): string | Promise<string>;
}

/** A source that answers with promises alone. */
export interface AsyncTokenSource extends AccessTokenSource {
  /** Returns the current token. */
  get(): Promise<string>;
  /** Returns a token other than `stale`. */
  refresh(stale: string): Promise<string>;
}

/**
 * Makes one refresh serve all who wait for it, and also those whose refusal comes in late, when the token they used has
 * long been replaced.
 */
export function shareRefresh(source: AccessTokenSource): AsyncTokenSource {
  let latest: { stale: string; fresh: Promise<string> } | undefined;

  async function refresh(stale: string): Promise<string> {
    try {
      return await source.refresh(stale);
    } catch (error) {
      if (isShopeeMediaError(error)) throw error;
      throw new ShopeeMediaError("Cannot refresh the access token: its source has failed", { cause: error });
    }
  }

  return {
    get: async () => await source.get(),
    refresh(stale) {
      if (latest?.stale === stale) return latest.fresh;
      const current = { stale, fresh: refresh(stale) };
      latest = current;
      // A failed refresh must not be the answer for ever: the next call tries again.
      current.fresh.catch(() => {
        if (latest === current) latest = undefined;
      });
      return current.fresh;
    },
  };
}

/**
 * Makes an error of a source's the call's own: those who waited for the same token would else share one object, and an
 * upload writes down on its error what became of it.
 *
 * @param error What the source has failed with. What is none of this package's stays as it is.
 * @param mayHaveSucceeded Whether an earlier attempt of the call may have succeeded.
 */
export function ownError(error: unknown, mayHaveSucceeded: boolean): unknown {
  if (!isShopeeMediaError(error)) return error;
  // The options of every error of this package are named as its fields are.
  const Own = error.constructor as new (message: string, options: object) => ShopeeMediaError;
  return new Own(error.message, { ...error, cause: error.cause, mayHaveSucceeded });
}
