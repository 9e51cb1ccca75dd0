import type { ApiErrorKind } from "../errors.ts";
import { REFRESH_ENDPOINT } from "../platform/endpoints.ts";
import { bareCode } from "../platform/error_codes.ts";

/** What an advice depends on, besides the error. */
export interface Circumstances {
  /** Origin of the platform. */
  baseUrl: string;
  /** Whether the access token is one that nothing can replace. */
  hasFixedToken: boolean;
}

/** What Shopee has refused, and how. */
export interface AdvisedRefusal {
  code: string;
  message: string;
  kind: ApiErrorKind;
  /** Path of the endpoint. */
  endpoint: string;
}

const AUTHORISE = "the shop has to authorise the app again";

/** Says what may help against a refusal, in the words of this package's options; most need no more words than Shopee's. */
export function advise(refusal: AdvisedRefusal, { baseUrl, hasFixedToken }: Circumstances): string | undefined {
  const { message, kind, endpoint } = refusal;
  const code = bareCode(refusal.code);
  if (code === "error_sign" || code === "invalid_partner_id") {
    return `check partnerId, partnerKey and region: live and test credentials differ, and this went to ${baseUrl}`;
  }
  if (endpoint === REFRESH_ENDPOINT.path && /refresh.?token|shop_access_expired|shop_no_linked/i.test(code + message)) {
    return `a refresh token serves once, for 30 days: when it is spent, ${AUTHORISE}`;
  }
  if (kind === "token" && hasFixedToken) {
    return "check accessToken, which lives for 4 hours, shopId and region; createRefreshingToken replaces it in time";
  }
  if (kind === "token") return `check shopId and region, or ${AUTHORISE}`;
  if (code === "partner_shop_no_link") return "check shopId: the shop has to authorise the app first";
  if (code === "error_api_permission") return "the app's category does not allow this call: no other token helps";
  return undefined;
}
