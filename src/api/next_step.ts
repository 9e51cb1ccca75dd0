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
  /** Ms that are left for the whole call. */
  timeLeft: number;
  /** A number from 0 to below 1, for the jitter. */
  random: number;
}

const FAIL: Step = { action: "fail", pause: 0 };

/** Decides what follows an attempt that failed: the one place where that is decided. */
export function nextStep({ remedy, wait }: Pick<Failure, "remedy" | "wait">, options: NextStepOptions): Step {
  const { tried, retry, hasToken, timeLeft, random } = options;
  switch (remedy) {
    case "clock":
      return tried.includes("clock") ? FAIL : { action: "clock", pause: 0 };
    case "token":
      return tried.includes("token") || !hasToken ? FAIL : { action: "token", pause: 0 };
    case "fail":
      return FAIL;
  }
  const retries = tried.filter((action) => action === "retry" || action === "throttle").length;
  if (retries >= retry.limit) return FAIL;
  // No longest pause is above 2^31, and 0 * 2 ** 1024 would be no number.
  const longest = Math.min(retry.maxDelay, retry.baseDelay * 2 ** Math.min(retries, 31));
  const pause = wait ?? random * longest;
  // Nothing is gained by waiting for a time that lies behind the deadline.
  return pause < timeLeft ? { action: remedy, pause } : FAIL;
}
