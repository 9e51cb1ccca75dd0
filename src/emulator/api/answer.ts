import type { Clock } from "../clock.ts";
import type { ErrorAnswer } from "./refusal.ts";

/** What is about to be answered. */
export interface Answer {
  /** HTTP status. */
  status: number;
  /** Shopee's error code, `""` on success and where the answer is none of Shopee's. */
  error: string;
  /** Besides `Date`. */
  headers: Record<string, string>;
  /** The whole body. */
  body: string;
  /** Sends the body otherwise than in one piece. */
  send?: (body: Uint8Array<ArrayBuffer>) => ReadableStream<Uint8Array<ArrayBuffer>>;
}

/** Puts what was done into Shopee's envelope. */
export function successAnswer(fields: object, requestId: string): Answer {
  return {
    status: 200,
    error: "",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ error: "", message: "", request_id: requestId, ...fields }),
  };
}

/** Puts an error into Shopee's envelope. */
export function errorAnswer({ code, message, status, headers }: ErrorAnswer, requestId: string): Answer {
  return {
    status,
    error: code,
    headers: { ...headers, "Content-Type": "application/json" },
    body: JSON.stringify({ error: code, message, request_id: requestId }),
  };
}

/** Makes the HTTP response of an answer; its `Date` is the platform's. */
export function toResponse({ status, headers, body, send }: Answer, clock: Clock): Response {
  const bytes = new TextEncoder().encode(body);
  return new Response(send === undefined ? bytes : send(bytes), {
    status,
    headers: { "Content-Length": String(bytes.length), "Date": new Date(clock.now()).toUTCString(), ...headers },
  });
}
