import type { RecordedRequest } from "./recording_server.ts";

/** What is looked at of a request that goes nowhere. */
export interface FetchedRequest extends Pick<RecordedRequest, "method" | "path" | "query"> {
  /** Reads the body, once. */
  text?: () => Promise<string>;
}

/** An answer without a server. */
export interface FetchedAnswer {
  /** @default 200 */
  status?: number;
  headers?: Record<string, string>;
  /** The body; anything but a text is sent as JSON. */
  body: unknown;
}

/** A `fetch` that answers by itself, and what it was asked. */
export interface AnswerFetch {
  fetch: typeof fetch;
  /** In the order in which they came. */
  requests: FetchedRequest[];
}

/**
 * Makes a `fetch` without a network, where thousands of answers are looked at, or time is a fake.
 *
 * @param answer What it answers; `index` counts from 0.
 */
export function answerFetch(
  answer: (request: FetchedRequest, index: number) => FetchedAnswer | Promise<FetchedAnswer>,
): AnswerFetch {
  const requests: FetchedRequest[] = [];
  return {
    requests,
    async fetch(input, init) {
      const given = new Request(input, init);
      const { method, url, signal } = given;
      const { pathname, searchParams } = new URL(url);
      const request = { method, path: pathname, query: searchParams, text: () => given.text() };
      const { status = 200, headers, body } = await answer(request, requests.push(request) - 1);
      signal.throwIfAborted();
      return new Response(typeof body === "string" ? body : JSON.stringify(body), { status, headers });
    },
  };
}
