import { InvalidInputError } from "../errors.ts";
import { checkKnownOptions, describeValue, refuseOption } from "../options.ts";
import type { Endpoint, Owner } from "../platform/endpoints.ts";
import type { ApiRequest } from "./call.ts";

/** Any call of the platform, for {@linkcode MediaManager.call}. */
export interface PlatformCall {
  /** HTTP method, as the reference has it. */
  method: "GET" | "POST";
  /** Path, such as `/api/v2/product/add_item`. */
  path: string;
  /** Parameters in the query, besides those of the signature. A list is written with commas; `undefined` is left out. */
  query?: Readonly<Record<string, QueryValue | readonly QueryValue[] | undefined>> | undefined;
  /** Parameters of a `POST`, sent as JSON. */
  body?: CallBody | undefined;
  /** Whose access token signs the call, as the reference has it; `public` ones are signed without. @default "shop" */
  auth?: "public" | Owner | undefined;
  /**
   * Whether the call can be made twice without harm. One that cannot is made again only when the answer proves that nothing
   * was done: it came too fast, with an old token or a wrong clock, or never left. @default `true` of a `GET`, else `false`
   */
  idempotent?: boolean | undefined;
}

/** What is sent as JSON: any object, whether its type lists its fields or not. */
export type CallBody = ItemVideo & (object | { readonly [field: string]: unknown });

/** The video of an item, in `product/add_item` and `product/update_item`. */
export interface ItemVideo {
  /**
   * A list of one, although it is no list of videos; an empty one takes the video away again in `update_item`. The media
   * calls, which take one id as a text, are methods of their own.
   */
  video_upload_id?: readonly [videoUploadId: string] | readonly [] | undefined;
}

/** What a parameter of a query can be. */
export type QueryValue = string | number | boolean;

const NAMES: Readonly<Record<keyof PlatformCall, true>> = {
  method: true,
  path: true,
  query: true,
  body: true,
  auth: true,
  idempotent: true,
};

/** What the signature brings into the query. */
const SIGNED = ["partner_id", "timestamp", "sign", "access_token", "shop_id", "user_id", "merchant_id"];

/**
 * Checks a call, and brings it into the transport's words.
 *
 * @throws {InvalidInputError} It cannot be made; the message names what is wrong.
 */
export function resolvePlatformCall(given: PlatformCall): { endpoint: Endpoint; request: ApiRequest } {
  checkKnownOptions("call", given, Object.keys(NAMES));
  const { method, path, query = {}, body, auth = "shop", idempotent = method === "GET" } = given;
  if (method !== "GET" && method !== "POST") refuseOption("method", `"GET" or "POST"`, describeValue(method));
  if (typeof path !== "string" || !/^\/api\/v\d+(\/\w+)+$/.test(path)) {
    refuseOption("path", "a path such as /api/v2/product/add_item, without a query", describeValue(path));
  }
  if (!["public", "shop", "user", "merchant"].includes(auth)) {
    refuseOption("auth", `"public", "shop", "user" or "merchant"`, describeValue(auth));
  }
  if (body !== undefined && (method === "GET" || typeof body !== "object" || body === null)) {
    refuseOption("body", "an object, of a POST", method === "GET" ? "one of a GET" : describeValue(body));
  }
  const signed = SIGNED.find((name) => query[name] !== undefined);
  if (signed !== undefined) throw new InvalidInputError(`The query must not have ${signed}: the signature brings it`);
  const parameters = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)] as const]
  );
  return {
    endpoint: { method, path, auth },
    request: {
      task: `call ${path}`,
      query: Object.fromEntries(parameters),
      json: method === "POST" ? body ?? {} : undefined,
      onlyOnce: !idempotent,
    },
  };
}
