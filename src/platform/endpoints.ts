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

/** Whose access token a call is signed with. */
export type Owner = "shop" | "user" | "merchant";

/** One call of the platform, as the transport has to make it. */
export interface Endpoint {
  /** HTTP method. */
  method: "GET" | "POST";
  /** Path, as it is signed. */
  path: string;
  /**
   * `shop` calls carry the access token and the shop in their query and signature, those of a `user` or a `merchant` that one
   * instead, `public` ones may be signed for a shop, and those of the `app` never are: they are what tokens are got with.
   */
  auth: "public" | Owner | "app";
}

const MEDIA_SPACE = "/api/v2/media_space/";
const MEDIA = "/api/v2/media/";

/** The twelve calls, by the name of their method on `MediaManager`. */
export type EndpointName =
  | "initVideoUpload"
  | "uploadVideoPart"
  | "completeVideoUpload"
  | "getVideoUploadResult"
  | "cancelVideoUpload"
  | "uploadImage"
  | "initMediaVideoUpload"
  | "uploadMediaVideoPart"
  | "completeMediaVideoUpload"
  | "getMediaVideoUploadResult"
  | "cancelMediaVideoUpload"
  | "uploadMediaImage";

/**
 * How each of the twelve calls is made.
 *
 * @see https://open.shopee.com/documents/v2/v2.media_space.init_video_upload?module=91&type=1
 * @see https://open.shopee.com/documents/v2/v2.media.init_video_upload?module=130&type=1
 */
export const ENDPOINTS: Readonly<Record<EndpointName, Endpoint>> = {
  initVideoUpload: { method: "POST", path: `${MEDIA_SPACE}init_video_upload`, auth: "shop" },
  uploadVideoPart: { method: "POST", path: `${MEDIA_SPACE}upload_video_part`, auth: "public" },
  completeVideoUpload: { method: "POST", path: `${MEDIA_SPACE}complete_video_upload`, auth: "public" },
  getVideoUploadResult: { method: "GET", path: `${MEDIA_SPACE}get_video_upload_result`, auth: "shop" },
  cancelVideoUpload: { method: "POST", path: `${MEDIA_SPACE}cancel_video_upload`, auth: "shop" },
  uploadImage: { method: "POST", path: `${MEDIA_SPACE}upload_image`, auth: "public" },
  initMediaVideoUpload: { method: "POST", path: `${MEDIA}init_video_upload`, auth: "public" },
  uploadMediaVideoPart: { method: "POST", path: `${MEDIA}upload_video_part`, auth: "public" },
  completeMediaVideoUpload: { method: "POST", path: `${MEDIA}complete_video_upload`, auth: "public" },
  getMediaVideoUploadResult: { method: "GET", path: `${MEDIA}get_video_upload_result`, auth: "public" },
  cancelMediaVideoUpload: { method: "POST", path: `${MEDIA}cancel_video_upload`, auth: "public" },
  uploadMediaImage: { method: "POST", path: `${MEDIA}upload_image`, auth: "public" },
};

/** Where the sellers of each region authorise an app. */
export const AUTHORIZATION_PAGES: Readonly<Record<Region, string>> = {
  "global": "https://open.shopee.com/auth",
  "china": "https://open.shopee.cn/auth",
  "brazil": "https://open.shopee.com.br/auth",
  "sandbox": "https://open.sandbox.test-stable.shopee.com/auth",
  "sandbox-china": "https://open.sandbox.test-stable.shopee.cn/auth",
};

/** The older link to that page, which is signed. */
export const AUTHORIZATION_LINK_PATH = "/api/v2/shop/auth_partner";

/**
 * How the code of an authorisation is exchanged for the first pair of tokens.
 *
 * @see https://open.shopee.com/developer-guide/20
 */
export const EXCHANGE_ENDPOINT: Readonly<Endpoint> = { method: "POST", path: "/api/v2/auth/token/get", auth: "app" };

/**
 * How a new access token is asked for.
 *
 * @see https://open.shopee.com/developer-guide/20
 */
export const REFRESH_ENDPOINT: Readonly<Endpoint> = {
  method: "POST",
  path: "/api/v2/auth/access_token/get",
  auth: "app",
};

/** Where pushes are asked for that were lost, and where they are confirmed. Both calls are Public. */
export const LOST_PUSH_PATHS = {
  get: "/api/v2/push/get_lost_push_message",
  confirm: "/api/v2/push/confirm_consumed_lost_push_message",
} as const;
