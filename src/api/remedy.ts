/**
 * What to do about a failed attempt:
 *
 * - `retry`: the failure is passing, so wait and send again;
 * - `slow`: as `retry`, and everything else should go slower, too;
 * - `clock`: correct the clock and sign again;
 * - `token`: get another access token and sign again;
 * - `none`: the answer is final.
 */
export type Remedy = "retry" | "slow" | "clock" | "token" | "none";

const PASSING_CODES = new Set(["error_server", "error_network"]);
const TOKEN_CODES = new Set(["invalid_acceess_token", "invalid_access_token"]);

/**
 * Finds the remedy for an error that Shopee answered. Its code decides, whatever the HTTP status.
 *
 * @param code Shopee's error code.
 * @param message Shopee's text, which tells some errors of one code apart.
 * @returns The remedy.
 */
export function remedyForCode(code: string, message: string): Remedy {
  if (PASSING_CODES.has(code)) return "retry";
  if (code === "error_rate_limit") return "slow";
  if (TOKEN_CODES.has(code)) return "token";
  if (code === "error_auth" && /system error/i.test(message)) return "retry";
  if (code === "error_auth" && /invalid acc?ee?ss_token/i.test(message)) return "token";
  if (code === "error_param" && /timestamp is expired|invalid timestamp/i.test(message)) return "clock";
  return "none";
}

/**
 * Finds the remedy for an answer that is not Shopee's.
 *
 * @param status HTTP status.
 * @returns The remedy: such an answer comes from something on the way, and passes.
 */
export function remedyForStatus(status: number): Remedy {
  return status === 429 ? "slow" : "retry";
}
