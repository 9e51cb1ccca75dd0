import { createHmac } from "node:crypto";
import { unlessAborted } from "../unless_aborted.ts";
import type { PushOptions } from "./push_options.ts";

/** What {@linkcode sendPush} needs besides the body. */
export interface SendPushOptions extends PushOptions {
  /** Key that signs. */
  pushPartnerKey: string;
  /** Ends the waiting. */
  closing: AbortSignal;
}

/** Milliseconds within which a push must be answered. */
const PATIENCE = 3000;

/**
 * Signs a push and sends it, once.
 *
 * @returns HTTP status that was answered; 0 when there was no answer in time.
 */
export async function sendPush(body: string, options: SendPushOptions): Promise<number> {
  const { callbackUrl, pushPartnerKey, closing, fetch = globalThis.fetch } = options;
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), PATIENCE);
  const signal = AbortSignal.any([late.signal, closing]);
  try {
    const request = new Request(callbackUrl, {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        "Authorization": createHmac("sha256", pushPartnerKey).update(`${callbackUrl}|${body}`).digest("hex"),
      },
      body,
      redirect: "manual",
      signal,
    });
    const response = await unlessAborted(fetch(request), signal);
    await response.body?.cancel();
    return response.status;
  } catch {
    return 0;
  } finally {
    clearTimeout(timer);
  }
}
