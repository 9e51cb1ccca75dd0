import { runtime } from "../../runtime.ts";
import { Refusal } from "../api/answer.ts";
import type { Clock } from "../clock.ts";
import type { Account } from "./credential_store.ts";

/** How many calls the app may make. */
export interface CallLimitsOptions {
  /** Calls a day. */
  dailyLimit: number;
  /** Calls a second. */
  rateLimit: number;
}

/** Counts calls. */
export interface CallLimits {
  /**
   * Counts a call of the app, and of who signed it, unless it is one too many.
   *
   * @param account Who signed it; `undefined` for the app alone.
   * @param clock Time of the platform, which tells the day.
   * @throws {Refusal} When it is one too many.
   */
  admit(account: Account | undefined, clock: Clock): void;
}

const DAY = 86_400_000;
/** A day begins at midnight of UTC+8. */
const DAY_OFFSET = 8 * 3_600_000;

/** Creates the limits, with no calls counted. */
export function createCallLimits({ dailyLimit, rateLimit }: CallLimitsOptions): CallLimits {
  const ofApp = createRate(rateLimit);
  const ofAccounts = new Map<Account, Rate>();
  let day = -1;
  let callsOfDay = 0;

  function rateOf(account: Account): Rate {
    const rate = ofAccounts.get(account) ?? createRate(account.rateLimit);
    ofAccounts.set(account, rate);
    return rate;
  }

  return {
    admit(account, clock) {
      const today = Math.floor((clock.now() + DAY_OFFSET) / DAY);
      if (today !== day) callsOfDay = 0;
      day = today;
      if (callsOfDay >= dailyLimit) throw new Refusal("dailyLimit", { limit: dailyLimit });
      if (ofApp.isUsedUp()) throw new Refusal("rateLimit", { whose: "The app", limit: rateLimit });
      const ofAccount = account && rateOf(account);
      if (account !== undefined && ofAccount?.isUsedUp()) {
        const whose = `The ${account.owner} ${account.id}`;
        throw new Refusal("rateLimit", { whose, limit: account.rateLimit });
      }
      callsOfDay += 1;
      ofApp.count();
      ofAccount?.count();
    },
  };
}

interface Rate {
  /** Whether there were so many calls within the last second. */
  isUsedUp(): boolean;
  count(): void;
}

function createRate(limit: number): Rate {
  let times: number[] = [];
  return {
    isUsedUp() {
      const start = runtime.elapsed() - 1000;
      times = times.filter((time) => time > start);
      return times.length >= limit;
    },
    count: () => void times.push(runtime.elapsed()),
  };
}
