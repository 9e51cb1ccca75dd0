/**
 * Whose signature a call takes: `shop` a shop's alone; `either` the app's or a shop's, which is how the platform takes what
 * it lists as Public; `app` the app's alone.
 */
export type Signer = "app" | "either" | "shop";

/** How a call of the platform is made. */
export interface Endpoint {
  readonly method: "GET" | "POST";
  readonly signer: Signer;
  /** Whether its answer stands in the envelope itself, instead of in `response`. @default false */
  readonly isFlat?: boolean | undefined;
  /** Whether it is a link that leads on to another address, instead of a call. @default false */
  readonly isLink?: boolean | undefined;
}

/** Where the paths of all calls begin. */
export const API_ROOT = "/api/v2/";

/** The one list of the calls that are served here, by what follows {@linkcode API_ROOT} in their paths. */
export const ENDPOINTS = {
  "media_space/init_video_upload": { method: "POST", signer: "shop" },
  "media_space/upload_video_part": { method: "POST", signer: "either" },
  "media_space/complete_video_upload": { method: "POST", signer: "either" },
  "media_space/get_video_upload_result": { method: "GET", signer: "shop" },
  "media_space/cancel_video_upload": { method: "POST", signer: "shop" },
  "media_space/upload_image": { method: "POST", signer: "either" },
  "media/init_video_upload": { method: "POST", signer: "either" },
  "media/upload_video_part": { method: "POST", signer: "either" },
  "media/complete_video_upload": { method: "POST", signer: "either" },
  "media/get_video_upload_result": { method: "GET", signer: "either" },
  "media/cancel_video_upload": { method: "POST", signer: "either" },
  "media/upload_image": { method: "POST", signer: "either" },
  "shop/auth_partner": { method: "GET", signer: "app", isLink: true },
  "auth/token/get": { method: "POST", signer: "app", isFlat: true },
  "auth/access_token/get": { method: "POST", signer: "app", isFlat: true },
} as const;

/** The name of one of them. Each has a handler: the compiler sees to it. */
export type EndpointName = keyof typeof ENDPOINTS;

/** The call that a path names. */
export function endpointAt(path: string): EndpointName | undefined {
  const name = path.slice(API_ROOT.length);
  return path.startsWith(API_ROOT) && Object.hasOwn(ENDPOINTS, name) ? name as EndpointName : undefined;
}
