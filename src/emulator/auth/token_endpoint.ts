import type { Call, Endpoint } from "../api/endpoint.ts";
import { integerField, textField } from "../api/fields.ts";
import { readJson } from "../api/read_body.ts";
import { Refusal } from "../api/refusal.ts";

interface TokenPair {
  access_token: string;
  refresh_token: string;
  /** Seconds that the access token lives. */
  expire_in: number;
  shop_id: number;
  partner_id: number;
}

/** The call that exchanges a refresh token for a new pair. Its answer has no `response`: the fields are in the envelope. */
export const tokenEndpoint: Endpoint = {
  method: "POST",
  path: "/api/v2/auth/access_token/get",
  signer: "public",
  isFlat: true,
  handle: getAccessToken,
};

async function getAccessToken({ request, platform }: Call): Promise<TokenPair> {
  const { vault, options } = platform;
  const fields = await readJson(request);
  const refreshToken = textField(fields, "refresh_token");
  if (integerField(fields, "partner_id") !== vault.credentials.partnerId) {
    throw new Refusal("unknownPartner");
  }
  if (integerField(fields, "shop_id") !== vault.credentials.shopId) {
    throw new Refusal("unknownShop");
  }
  vault.rotate(refreshToken);
  const { accessToken, partnerId, shopId } = vault.credentials;
  return {
    access_token: accessToken,
    refresh_token: vault.credentials.refreshToken,
    expire_in: options.tokenLifetime,
    shop_id: shopId,
    partner_id: partnerId,
  };
}
