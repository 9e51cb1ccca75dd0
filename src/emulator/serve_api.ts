import { runtime } from "../runtime.ts";
import {
  type Answer,
  describeRefusal,
  errorAnswer,
  hintOf,
  linkAnswer,
  type LoggedRefusal,
  Refusal,
  successAnswer,
  toResponse,
  type Voice,
} from "./api/answer.ts";
import { type Endpoint, endpointAt, type EndpointName, ENDPOINTS } from "./api/endpoints.ts";
import type { CallLimits } from "./auth/call_limits.ts";
import { checkSignature } from "./auth/check_signature.ts";
import type { PlayCassette } from "./cassette.ts";
import type { Clock } from "./clock.ts";
import type { EmulatorContext, Handler } from "./endpoints/handler.ts";
import { applyFault } from "./faults/apply_fault.ts";
import type { FaultKind } from "./faults/fault.ts";
import type { FaultList } from "./faults/fault_list.ts";
import { type Connection, ConnectionReset } from "./server/network.ts";

/** One request that the emulator has had. It never holds a body or anything secret. */
export interface LoggedRequest {
  /** Path of the endpoint, such as `/api/v2/media_space/upload_video_part`. */
  endpoint: string;
  /** HTTP method. */
  method: string;
  /** HTTP status that was answered; 0 when there was no answer. */
  status: number;
  /** Shopee's error code that was answered, `""` on success. */
  error: string;
  /** Why the emulator refused it, if it did. The client is never told. */
  refusal?: LoggedRefusal | undefined;
  /** The faults that fired. */
  faults: FaultKind[];
  /** The `request_id` that was answered. */
  requestId: string;
  /** Milliseconds since 1970 of its arrival, by the machine's clock. */
  startedAt: number;
  /** Milliseconds from its arrival to its answer. */
  duration: number;
}

/** What {@linkcode serveApi} needs besides the request. */
export interface ServeApiOptions {
  /** What does the work of each call. */
  handlers: Readonly<Record<EndpointName, Handler>>;
  /** What the handlers get of the emulator. */
  context: EmulatorContext;
  /** Time of the platform. */
  clock: Clock;
  /** What goes wrong. */
  faults: FaultList;
  /** How many calls may be made. */
  limits: CallLimits;
  /** Where the request is logged. */
  requests: LoggedRequest[];
  /** Called with a line about each refusal. */
  log: (line: string) => void;
  /** Puts what was recorded in the place of an answer. @default every answer is the emulator's own */
  play?: PlayCassette | undefined;
  /** By which the request came. */
  connection: Connection;
}

/**
 * Serves one request of the API, with the faults that were asked for, and logs it.
 *
 * @throws {ConnectionReset} When there is to be no answer.
 */
export async function serveApi(incoming: Request, options: ServeApiOptions): Promise<Response> {
  const { context, requests, connection, play } = options;
  const { network, closing } = context;
  const { pathname: endpoint, searchParams: query, origin } = new URL(incoming.url);
  const voice = { dialect: context.dialect, endpoint: endpointAt(endpoint) ?? "" };
  const requestId = runtime.uuid().replaceAll("-", "");
  const startedAt = runtime.now();
  // Not a linked signal, which would have to be let go: the body of an answer may go on after this.
  const signal = AbortSignal.any([closing, connection.gone]);
  const { faults, fault, clockOffset, leave } = options.faults.enter(endpoint);
  const clock = options.clock.shifted(clockOffset);
  const request = network.narrow(incoming, signal);
  const needsShop = faults.includes("shop-signature");
  const answer = async () => {
    const own = await answerCall(request, { ...options, clock, voice, needsShop, requestId });
    const signer = query.has("access_token") ? "shop" : "app";
    return play === undefined ? own : play(own, { call: voice.endpoint, signer, seconds: clock.seconds(), origin });
  };

  let answered: Answer | undefined;
  try {
    await network.travel(signal);
    if (faults.includes("expired-token")) expireToken(query, context);
    const ready = fault === undefined
      ? await answer()
      : await applyFault(fault, { answer, requestId, voice, clock, connection, signal });
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
    const { status = 0, error = "", refusal } = answered ?? {};
    const { method } = incoming;
    const duration = runtime.now() - startedAt;
    requests.push({ endpoint, method, status, error, refusal, faults, requestId, startedAt, duration });
    if (refusal !== undefined) options.log(`${method} ${endpoint} was refused (${error}): ${refusal.hint}`);
  }
}

function expireToken(query: URLSearchParams, { credentials }: EmulatorContext): void {
  const shop = credentials.shops.find(({ credentials: { shopId } }) => String(shopId) === query.get("shop_id"));
  credentials.expireToken(shop?.credentials.shopId);
}

/** Bytes that are read of a body that nobody wants: more than the largest that is allowed has. */
const MAX_DRAINED = 134_217_728;

async function drain(request: Request): Promise<void> {
  if (request.bodyUsed) return;
  const reader = request.body?.getReader();
  for (let size = 0; size <= MAX_DRAINED;) {
    const { done, value } = await reader?.read() ?? { done: true };
    if (done) return;
    size += value.length;
  }
}

interface CallOptions extends Pick<ServeApiOptions, "handlers" | "context" | "clock" | "limits"> {
  voice: Voice;
  requestId: string;
  /** Whether a Public call insists on a shop's signature. */
  needsShop: boolean;
}

/**
 * Does what a request asks for, or refuses it.
 *
 * @throws {ConnectionReset} When the client went away before it had sent the body.
 */
async function answerCall(request: Request, options: CallOptions): Promise<Answer> {
  const { context, voice, requestId } = options;
  const refuse = (refusal: Refusal) => ({
    ...errorAnswer(describeRefusal(refusal, voice), requestId),
    refusal: { reason: refusal.reason, hint: hintOf(refusal), details: refusal.details },
  });
  try {
    const said = await call(request, options);
    return "location" in said ? linkAnswer(String(said.location)) : successAnswer(said, { ...voice, requestId });
  } catch (error) {
    if (error instanceof Refusal) return refuse(error);
    if (error instanceof ConnectionReset || context.closing.aborted) throw error;
    console.error(error);
    return refuse(new Refusal("bug"));
  }
}

/** Checks a request and does what it asks for. Returns what the envelope holds, or the `location` that a link leads to. */
async function call(request: Request, options: CallOptions): Promise<object> {
  const { handlers, context, clock, limits, needsShop } = options;
  const { pathname: path, searchParams: query, origin } = new URL(request.url);
  const name = endpointAt(path);
  if (name === undefined) throw new Refusal("unknownPath", { path });
  const { method, signer, isFlat, isLink }: Endpoint = ENDPOINTS[name];
  if (request.method !== method) throw new Refusal("wrongMethod", { given: request.method, want: method });
  const shop = await checkSignature({
    path,
    query,
    signer: needsShop && signer === "either" ? "shop" : signer,
    clock,
    credentials: context.credentials,
  });
  limits.admit(shop, clock);
  const result = await handlers[name]({ request, query, shopId: shop?.credentials.shopId, origin, context });
  return isFlat || isLink ? { ...result } : { response: result };
}
