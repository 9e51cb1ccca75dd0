import { raceSignal } from "../async/signals.ts";
import { sleep } from "../async/sleep.ts";
import type { ShopeeApiError } from "../errors.ts";
import { runtime } from "../runtime.ts";
import { createHttp, type Fetch, type Http } from "./http.ts";

/** Spaces out the requests of one app once Shopee has said that they come too fast. */
export interface Pacer {
  /** Waits until the next request may start: not at all, as long as nothing was said. */
  turn(signal: AbortSignal): Promise<void>;
  /** Ms for which nothing may start. */
  readonly delay: number;
  /** Whether Shopee wants to be left alone for now. */
  readonly isHeld: boolean;
  /** Shopee wants to be left alone: nothing starts for `ms`. */
  hold(ms: number): void;
  /**
   * Shopee refused, as too fast, a request that had started at `startedAt` (`runtime.elapsed()`): nothing starts for
   * `pause` ms, and then at half the rate of before.
   */
  slowDown(pause: number, startedAt: number): void;
  /** Shopee took a request: the rate goes up again. */
  speedUp(): void;
}

const FIRST_GAP = 50;
const LONGEST_GAP = 5_000;
/** Below this many ms between two requests, pacing is over. */
const SHORTEST_GAP = 1;

/**
 * Makes a pacer: the gap between two requests doubles with a refusal and falls by a twentieth with every success. Slowly,
 * so that a crowd that was too fast does not start all at once again.
 */
export function createPacer(): Pacer {
  let gap = 0;
  let nextStart = 0;
  let heldUntil = 0;
  let slowedAt = -1;
  let line: Promise<void> = Promise.resolve();

  async function takeTurn(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    // Looked at again after each wait: another refusal may have come meanwhile.
    for (let wait = delay(); wait > 0; wait = delay()) await sleep(wait, signal);
    nextStart = Math.max(nextStart, runtime.elapsed() + gap);
  }

  function delay(): number {
    return Math.max(0, nextStart - runtime.elapsed());
  }

  function hold(ms: number): void {
    heldUntil = Math.max(heldUntil, runtime.elapsed() + ms);
    nextStart = Math.max(nextStart, heldUntil);
  }

  return {
    async turn(signal) {
      if (gap === 0 && delay() === 0) return;
      const turn = line.then(() => takeTurn(signal));
      line = turn.catch(() => {});
      await raceSignal(turn, signal);
    },
    get delay() {
      return delay();
    },
    get isHeld() {
      return runtime.elapsed() < heldUntil;
    },
    hold,
    slowDown(pause, startedAt) {
      hold(pause);
      // Requests that were under way together are refused together: that is one refusal, not eight.
      if (startedAt < slowedAt) return;
      slowedAt = runtime.elapsed();
      gap = Math.min(LONGEST_GAP, Math.max(FIRST_GAP, gap * 2));
    },
    speedUp() {
      gap = gap * 0.95 < SHORTEST_GAP ? 0 : gap * 0.95;
    },
  };
}

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
