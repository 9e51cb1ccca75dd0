import type { Answer } from "./answer.ts";
import type { Refusal } from "./refusal.ts";

/** Puts a refusal into Shopee's envelope. */
export function refusalAnswer({ code, message, status, headers }: Refusal, requestId: string): Answer {
  return {
    status,
    error: code,
    headers: { ...headers, "Content-Type": "application/json" },
    body: JSON.stringify({ error: code, message, request_id: requestId }),
  };
}
