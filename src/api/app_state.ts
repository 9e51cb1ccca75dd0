import type { ShopeeApiError } from "../errors.ts";
import { runtime } from "../runtime.ts";
import { createHttp, type Fetch, type Http } from "./http.ts";
import { createPacer, type Pacer } from "./pacer.ts";

/** What all managers of one app share, since Shopee counts and limits by the app. */
export interface AppState {
  /** What attempts are sent with. */
  readonly http: Http;
  readonly pacer: Pacer;
  /** How far the platform's clock is ahead of this machine's, in ms. */
  clockOffset: number;
  /** Public calls that Shopee wants to be signed for a shop: by their paths, how it said so. */
  readonly shopSigned: Map<string, ShopeeApiError>;
  /** What Shopee said when the day's calls were used up, and until when that holds: ms since 1970 by this machine. */
  dailyLimit?: { error: ShopeeApiError; endsAt: number } | undefined;
}

/** Makes the state of an app that knows nothing of the platform yet. */
export function createAppState(fetch?: Fetch): AppState {
  return { http: createHttp(fetch), pacer: createPacer(), clockOffset: 0, shopSigned: new Map() };
}

/** Returns the time by the platform's clock, as far as it is known: ms since 1970. */
export function platformTime({ clockOffset }: AppState): number {
  return runtime.now() + clockOffset;
}
