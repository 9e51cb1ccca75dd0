import type { AccessTokenSource } from "./access_token_source.ts";

/**
 * Makes one refresh serve all who wait for it, and also those whose refusal comes in late, when the token they used has
 * long been replaced.
 *
 * @param source Any token source.
 * @returns The same source, each stale token refreshed once.
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
