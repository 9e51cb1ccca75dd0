import { checkSignature } from "../auth/check_signature.ts";
import { accessTokenHandlers } from "../endpoints/access_token.ts";
import type { Handler } from "../endpoints/handler.ts";
import { mediaHandlers } from "../endpoints/media.ts";
import { mediaSpaceHandlers } from "../endpoints/media_space.ts";
import type { Clock } from "../clock.ts";
import { applyFault } from "../faults/apply_fault.ts";
import type { FaultKind } from "../faults/fault.ts";
import type { EmulatorContext } from "../context.ts";
import { runtime } from "../../runtime.ts";
import { type Connection, ConnectionReset } from "../server/connection.ts";
import { type Answer, errorAnswer, successAnswer, toResponse } from "./answer.ts";
import { type Endpoint, endpointAt, type EndpointName, ENDPOINTS } from "./endpoints.ts";
import { Refusal, wordRefusal } from "./refusal.ts";

/** One request that the emulator has had. It never holds a query, a body or anything secret. */
export interface LoggedRequest {
  /** Path of the endpoint, such as `/api/v2/media_space/upload_video_part`. */
  endpoint: string;
  /** HTTP method. */
  method: string;
  /** HTTP status that was answered; 0 when there was no answer. */
  status: number;
  /** Shopee's error code that was answered, `""` on success. */
  error: string;
  /** The faults that fired. */
  faults: FaultKind[];
  /** The `request_id` that was answered. */
  requestId: string;
  /** Milliseconds since 1970 of its arrival, by the machine's clock. */
  startedAt: number;
  /** Milliseconds from its arrival to its answer. */
  duration: number;
}

const HANDLERS: Record<EndpointName, Handler> = { ...mediaSpaceHandlers, ...mediaHandlers, ...accessTokenHandlers };

/**
 * Serves one request of the API, with the faults that were asked for, and logs it.
 *
 * @throws {ConnectionReset} When there is to be no answer.
 */
export async function serveApi(incoming: Request, context: EmulatorContext, connection: Connection): Promise<Response> {
  const { network, credentials, requests } = context;
  const { pathname: endpoint } = new URL(incoming.url);
  const requestId = runtime.uuid().replaceAll("-", "");
  const startedAt = runtime.now();
  const signal = AbortSignal.any([context.closing, connection.gone]);
  const { faults, fault, clockOffset, leave } = context.faults.enter(endpoint);
  const clock = context.clock.shifted(clockOffset);
  const request = network.narrow(incoming, signal);
  const answer = () => answerCall(request, { context, clock, requestId });

  let answered: Answer | undefined;
  try {
    await network.travel(signal);
    if (faults.includes("expired-token")) credentials.expireToken();
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
    const duration = runtime.now() - startedAt;
    requests.push({ endpoint, method: incoming.method, status, error, faults, requestId, startedAt, duration });
  }
}

async function drain(request: Request): Promise<void> {
  if (request.bodyUsed) return;
  await request.body?.pipeTo(new WritableStream());
}

interface AnswerCallOptions {
  context: EmulatorContext;
  /** The time by which the request is judged. */
  clock: Clock;
  requestId: string;
}

/**
 * Does what a request asks for, or refuses it.
 *
 * @throws {ConnectionReset} When the client went away before it had sent the body.
 */
async function answerCall(request: Request, options: AnswerCallOptions): Promise<Answer> {
  const { context, requestId } = options;
  try {
    return successAnswer(await call(request, options), requestId);
  } catch (error) {
    if (error instanceof Refusal) return errorAnswer(wordRefusal(error), requestId);
    if (error instanceof ConnectionReset || context.closing.aborted) throw error;
    console.error(error);
    return errorAnswer(wordRefusal(new Refusal("bug")), requestId);
  }
}

/** Checks a request and does what it asks for. Returns what the envelope holds. */
async function call(request: Request, { context, clock }: AnswerCallOptions): Promise<object> {
  const { pathname: path, searchParams: query, origin } = new URL(request.url);
  const name = endpointAt(path);
  if (name === undefined) throw new Refusal("unknownPath", path);
  const endpoint: Endpoint = ENDPOINTS[name];
  if (request.method !== endpoint.method) throw new Refusal("wrongMethod", request.method, endpoint.method);
  await checkSignature({ path, query, signer: endpoint.signer, clock, credentials: context.credentials });
  const result = await HANDLERS[name]({ request, query, origin, context });
  return endpoint.isFlat ? { ...result } : { response: result };
}
