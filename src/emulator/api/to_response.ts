import type { Clock } from "../clock.ts";
import type { Answer } from "./answer.ts";

/** Makes the HTTP response of an answer; its `Date` is the platform's. */
export function toResponse({ status, headers, body, send }: Answer, clock: Clock): Response {
  const bytes = new TextEncoder().encode(body);
  return new Response(send === undefined ? bytes : send(bytes), {
    status,
    headers: { "Content-Length": String(bytes.length), "Date": new Date(clock.now()).toUTCString(), ...headers },
  });
}
