import { randomBytes } from "node:crypto";
import { applyFault } from "../faults/apply_fault.ts";
import type { Platform } from "../platform.ts";
import { type Connection, ConnectionReset } from "../server/connection.ts";
import type { Answer } from "./answer.ts";
import { answerCall } from "./answer_call.ts";
import { drain } from "./drain.ts";
import { toResponse } from "./to_response.ts";

/**
 * Serves one request of the API, with the faults that were asked for, and logs it.
 *
 * @throws {ConnectionReset} When there is to be no answer.
 */
export async function serveApi(incoming: Request, platform: Platform, connection: Connection): Promise<Response> {
  const { network, vault, requests } = platform;
  const { pathname: endpoint } = new URL(incoming.url);
  const requestId = randomBytes(16).toString("hex");
  const startedAt = Date.now();
  const signal = AbortSignal.any([platform.closing, connection.gone]);
  const { faults, fault, clockOffset, leave } = platform.faults.enter(endpoint);
  const clock = platform.clock.shifted(clockOffset);
  const request = network.narrow(incoming, signal);
  const answer = () => answerCall(request, { platform, clock, requestId });

  let answered: Answer | undefined;
  try {
    await network.travel(signal);
    if (faults.includes("expired-token")) vault.expireToken();
    const ready = fault === undefined
      ? await answer()
      : await applyFault(fault, { answer, requestId, clock, connection, signal });
    // An answer that comes before the request has been read to its end may never be seen by the client.
    await drain(request);
    signal.throwIfAborted();
    answered = ready;
    return toResponse(ready, clock);
  } catch {
    // Cut off on purpose, or the client has gone, or the emulator closes.
    throw new ConnectionReset();
  } finally {
    leave();
    const { status = 0, error = "" } = answered ?? {};
    const duration = Date.now() - startedAt;
    requests.push({ endpoint, method: incoming.method, status, error, faults, requestId, startedAt, duration });
  }
}
