/**
 * Where access tokens come from. `createRefreshingToken` makes one; write your own to share tokens with another system.
 */
export interface AccessTokenSource {
  /** Answers the current token. Called once for each attempt of a call that wants one. */
  get(): Promise<string>;
  /**
   * Answers a token other than `stale`, which Shopee has just refused. Called once for all calls that were refused with
   * the same token.
   */
  refresh(stale: string): Promise<string>;
}
