/**
 * Where access tokens come from. `createRefreshingToken` makes one; write your own to share tokens with another system.
 */
export interface AccessTokenSource {
  /** Returns the current token. Called once for each attempt of a call that wants one. */
  get(): Promise<string>;
  /**
   * Returns a token other than `stale`, which Shopee has just refused. Called once for all calls that were refused with
   * the same token.
   */
  refresh(stale: string): Promise<string>;
}

/**
 * Makes one refresh serve all who wait for it, and also those whose refusal comes in late, when the token they used has
 * long been replaced.
 */
export function shareRefresh(source: AccessTokenSource): AccessTokenSource {
  let latest: { stale: string; fresh: Promise<string> } | undefined;

  return {
    get: () => source.get(),
    refresh(stale) {
      if (latest?.stale === stale) return latest.fresh;
      const refresh = { stale, fresh: source.refresh(stale) };
      latest = refresh;
      // A failed refresh must not be the answer for ever: the next call tries again.
      refresh.fresh.catch(() => {
        if (latest === refresh) latest = undefined;
      });
      return refresh.fresh;
    },
  };
}
