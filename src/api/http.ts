import ky from "ky";
import { type BodyStyle, bodyStyle, noRedirect } from "../runtime.ts";

/** Something that sends requests as `fetch` does. */
export type Fetch = (url: string, init: FetchInit) => Promise<FetchAnswer>;

/** What a {@linkcode Fetch} of the caller's is told besides the URL. */
export interface FetchInit {
  /** HTTP method. */
  method: "GET" | "POST";
  /** By name. */
  headers?: Record<string, string> | undefined;
  /** The whole body. */
  body?: string | Uint8Array<ArrayBuffer> | undefined;
  /** Cuts the request. */
  signal: AbortSignal;
  /** Keeps redirects from being followed, since they would carry the signed query to another host. */
  redirect: "error" | "manual";
}

/** What of the answer of a {@linkcode Fetch} is looked at. */
export interface FetchAnswer {
  /** HTTP status. */
  readonly status: number;
  /** By name. */
  readonly headers: Pick<Headers, "get">;
  /** A web stream, or anything else that gives bytes in turn, such as a stream of Node's. */
  readonly body: ReadableStream<Uint8Array> | AsyncIterable<Uint8Array | string> | null;
}

/** Sends requests; it neither retries nor judges by itself. */
export interface Http {
  /** The kind of body that it takes. */
  readonly style: BodyStyle;
  send(url: string, init: Omit<RequestInit, "redirect">): Promise<FetchAnswer>;
}

/**
 * Makes what attempts are sent with.
 *
 * @param fetch One of the caller's, which is given plain values alone: of another implementation, it knows neither our
 * `Request` nor our streams, and would send their names.
 */
export function createHttp(fetch?: Fetch): Http {
  // The answer of a redirect that was not followed is no envelope.
  const redirect = noRedirect();
  if (fetch !== undefined) {
    return { style: "bytes", send: async (url, init) => await fetch(url, { ...init, redirect } as FetchInit) };
  }
  const send = ky.create({ retry: 0, timeout: false, throwHttpErrors: false, redirect });
  return {
    get style() {
      return bodyStyle();
    },
    send,
  };
}
