/** What to say where Shopee's own text tells less than the code does. */
const EXPLANATIONS: Record<string, string> = {
  error_invalid_upload_id: "the session is unknown to Shopee",
  error_already_completed: "the session was completed before",
  error_limit: "today's quota is used up, so try again tomorrow",
  error_rate_limit: "the calls come too fast for Shopee",
  error_partner_key_expired: "the partner key has expired, so make a new one in the console",
  source_ip_undeclared: "this machine's IP address is not on the app's whitelist",
};

/**
 * Says what an error code means.
 *
 * @param code Shopee's error code.
 * @param message Shopee's text.
 * @returns A reason to end "Cannot …: " with.
 */
export function explainCode(code: string, message: string): string {
  const said = message.trim().replace(/\.$/, "");
  return EXPLANATIONS[code] ?? (said || "Shopee says no more");
}
