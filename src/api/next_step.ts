import type { Remedy } from "../platform/error_codes.ts";
import type { Failure } from "./judge_answer.ts";
import type { ResolvedManagerOptions } from "./manager_options.ts";

/** What is done after an attempt that failed. */
export interface Step {
  /** What has to be put right before the next attempt; `fail`: there is none. */
  action: Remedy;
  /** Ms until the next attempt. */
  pause: number;
}

/** What the next step depends on, besides the failure. */
export interface NextStepOptions {
  /** What was done after each attempt before this one. */
  tried: readonly Remedy[];
  retry: ResolvedManagerOptions["retry"];
  /** Whether the attempt was signed with a token that another one can take the place of. */
  hasToken: boolean;
  /** Whether it is a Public call that was signed without an access token, and need not be. */
  canSignForShop: boolean;
  /** Whether another attempt does no harm, should this one have been carried out all the same. @default true */
  mayRepeat?: boolean | undefined;
  /** Ms that are left for the whole call. */
  timeLeft: number;
  /** A number from 0 to below 1, for the jitter. */
  random: number;
}

const FAIL: Step = { action: "fail", pause: 0 };

/** Decides what follows an attempt that failed: the one place where that is decided. */
export function nextStep(
  { remedy, wait = 0, retryLimit = Infinity }: Pick<Failure, "remedy" | "wait" | "retryLimit">,
  { tried, retry, hasToken, canSignForShop, mayRepeat = true, timeLeft, random }: NextStepOptions,
): Step {
  const once: Step = tried.includes(remedy) ? FAIL : { action: remedy, pause: 0 };
  switch (remedy) {
    case "clock":
      return once;
    case "token":
      return hasToken ? once : FAIL;
    case "sign_for_shop":
      return canSignForShop ? once : FAIL;
    case "fail":
      return FAIL;
    case "retry":
      if (!mayRepeat) return FAIL;
  }
  const retries = tried.filter((action) => action === "retry" || action === "throttle").length;
  if (retries >= Math.min(retry.limit, retryLimit)) return FAIL;
  // No longest pause is above 2^31, and 0 * 2 ** 1024 would be no number.
  const longest = Math.min(retry.maxDelay, retry.baseDelay * 2 ** Math.min(retries, 31));
  // On top of what the answer asks for, so that all who were told the same time do not come back at once.
  const pause = wait + random * longest;
  // Nothing is gained by waiting for a time that lies behind the deadline.
  return pause < timeLeft ? { action: remedy, pause } : FAIL;
}
