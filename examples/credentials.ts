/** Who uploads: every example takes it from the environment, from the variables that `npx shopee-media` reads, too. */

import type { MediaManagerOptions, Region } from "shopee-media";

const { env } = process;

export const credentials: MediaManagerOptions & { shopId: number } = {
  partnerId: Number(env.SHOPEE_PARTNER_ID),
  partnerKey: env.SHOPEE_PARTNER_KEY ?? "",
  shopId: Number(env.SHOPEE_SHOP_ID),
  accessToken: env.SHOPEE_ACCESS_TOKEN,
  region: env.SHOPEE_REGION as Region | undefined,
  baseUrl: env.SHOPEE_BASE_URL,
};
