import { isShopeeApiError } from "../errors.ts";

/**
 * What the user may do about an error that is most often a matter of environment variables.
 *
 * @param error Anything that was caught.
 * @returns The advice, if there is one.
 */
export function advise(error: unknown): string | undefined {
  if (!isShopeeApiError(error)) return undefined;
  if (error.code === "error_sign") return "check SHOPEE_PARTNER_KEY and SHOPEE_REGION";
  if (error.kind !== "token") return undefined;
  return "SHOPEE_ACCESS_TOKEN has expired or belongs to another shop";
}
