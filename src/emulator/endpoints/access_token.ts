import type { Call, Handlers } from "./handler.ts";
import { integerField, textField } from "./fields.ts";
import { readJson } from "./read_body.ts";
import { Refusal } from "../api/refusal.ts";

interface TokenPair {
  access_token: string;
  refresh_token: string;
  /** Seconds that the access token lives. */
  expire_in: number;
  shop_id: number;
  partner_id: number;
}

/** The call that exchanges a refresh token for a new pair. */
export const accessTokenHandlers: Handlers<"auth"> = { "auth/access_token/get": getAccessToken };

async function getAccessToken({ request, context }: Call): Promise<TokenPair> {
  const { vault, options } = context;
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
