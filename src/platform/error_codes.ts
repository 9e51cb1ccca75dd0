/**
 * What to do about a failed attempt:
 *
 * - `retry`: the failure is transient, so wait and send again;
 * - `throttle`: as `retry`, and every other call has to go slower, too;
 * - `clock`: correct the clock and sign again;
 * - `token`: get another access token and sign again;
 * - `fail`: the failure is final.
 */
export type Remedy = "retry" | "throttle" | "clock" | "token" | "fail";

/** The codes that are not final. Where Shopee has one code for several things, its text tells them apart. */
const REMEDIES: readonly { code: string; says?: RegExp; remedy: Remedy }[] = [
  { code: "error_server", remedy: "retry" },
  { code: "error_network", remedy: "retry" },
  { code: "error_auth", says: /system error/i, remedy: "retry" },
  { code: "error_rate_limit", remedy: "throttle" },
  { code: "error_param", says: /timestamp is expired|invalid timestamp/i, remedy: "clock" },
  // The platform's own spelling.
  { code: "invalid_acceess_token", remedy: "token" },
  { code: "invalid_access_token", remedy: "token" },
  { code: "error_auth", says: /invalid acc?ee?ss_token/i, remedy: "token" },
];

/** What to say where Shopee's own text tells less than the code does. */
const EXPLANATIONS: ReadonlyMap<string, string> = new Map([
  ["error_invalid_upload_id", "the session is unknown to Shopee"],
  ["error_already_completed", "the session was completed before"],
  ["error_limit", "today's quota is used up, so try again tomorrow"],
  ["error_rate_limit", "the calls come too fast for Shopee"],
  ["error_partner_key_expired", "the partner key has expired, so make a new one in the console"],
  ["source_ip_undeclared", "this machine's IP address is not on the app's whitelist"],
]);

/** Finds the remedy for an error that Shopee answered: `fail` for every code that is not known. */
export function remedyForCode(code: string, message: string): Remedy {
  const found = REMEDIES.find((entry) => entry.code === code && (entry.says === undefined || entry.says.test(message)));
  return found?.remedy ?? "fail";
}

/** Says what an error code means: a reason to end "Cannot …: " with. */
export function explainCode(code: string, message: string): string {
  const said = message.trim().replace(/\.$/, "");
  return EXPLANATIONS.get(code) ?? (said || "Shopee says no more");
}
