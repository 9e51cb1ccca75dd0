/** A host of the Open Platform, by the region whose sellers it serves. */
export type Region = "global" | "china" | "brazil" | "sandbox" | "sandbox-china";

/**
 * Base URL of each region.
 *
 * @see https://open.shopee.com/developer-guide/16
 */
export const REGIONS: Readonly<Record<Region, string>> = {
  "global": "https://partner.shopeemobile.com",
  "china": "https://openplatform.shopee.cn",
  "brazil": "https://openplatform.shopee.com.br",
  "sandbox": "https://openplatform.sandbox.test-stable.shopee.sg",
  "sandbox-china": "https://openplatform.sandbox.test-stable.shopee.cn",
};
