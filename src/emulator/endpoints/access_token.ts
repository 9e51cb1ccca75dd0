import { Refusal } from "../api/answer.ts";
import { integerField, textField } from "./fields.ts";
import type { Call, Handlers } from "./handler.ts";
import { readJson } from "./read_body.ts";

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

async function getAccessToken({ request, context: { credentials } }: Call): Promise<TokenPair> {
  const fields = await readJson(request);
  const refresh_token = textField(fields, "refresh_token");
  const partner_id = integerField(fields, "partner_id");
  if (partner_id !== credentials.current.partnerId) throw new Refusal("unknownPartner");
  const shop_id = integerField(fields, "shop_id");
  const issued = credentials.refresh(shop_id, refresh_token);
  return {
    access_token: issued.accessToken,
    refresh_token: issued.refreshToken,
    expire_in: issued.lifetime,
    shop_id,
    partner_id,
  };
}
