import { linkSignals } from "../async/link_signals.ts";
import { raceSignal } from "../async/race_signal.ts";
import { sleep } from "../async/sleep.ts";
import { InvalidInputError } from "../errors.ts";
import type { Endpoint } from "../platform/endpoints.ts";
import type { Remedy } from "../platform/error_codes.ts";
import { resendsRequests, runtime } from "../runtime.ts";
import type { FormField } from "./body/multipart.ts";
import { type Failure, judgeAnswer, judgeTimeout, type Outcome } from "./judge_answer.ts";
import type { RequestEvent, ResolvedManagerOptions } from "./manager_options.ts";
import { nextStep } from "./next_step.ts";
import { createPacer } from "./pacer.ts";
import { createHttp, sendAttempt } from "./send_attempt.ts";
import { type SignedRequest, signRequest } from "./sign_request.ts";
import { shareRefresh } from "./token/access_token_source.ts";

/** Options of every call. */
export interface CallOptions {
  /** Aborts the call at once, whatever it is doing; it then rejects with the signal's reason. */
  signal?: AbortSignal;
  /**
   * Called with how many bytes of the files this attempt has handed to the network; starts over with each attempt. Only
   * where the runtime lets it be seen: Node and Bun.
   */
  onSent?: (sent: number) => void;
}

/**
 * Options of the calls that open a session, as this package itself makes them.
 *
 * @internal
 */
export interface InitCallOptions extends CallOptions {
  /**
   * Once it fires, a request under way may end, but no other begins: were the answer lost, nobody could cancel the session.
   */
  lastAttempt?: AbortSignal;
}

/** What one call sends. */
export interface ApiRequest {
  /** What the call is for, to end the sentence "Cannot …". */
  task: string;
  /** Query parameters besides those of the signature. */
  query?: Record<string, string>;
  /** JSON body. */
  json?: unknown;
  /** Multipart body. */
  form?: FormField[];
  /** A code that says, when an earlier attempt of this call may have succeeded, that it did. */
  doneCode?: string;
  /** What in the request itself must not show in an error. */
  secrets?: string[];
}

/** Makes calls to the platform. */
export interface Transport {
  /**
   * Makes one call, however many attempts it takes.
   *
   * @throws {ShopeeApiError} Shopee answered an error that no retry helps.
   * @throws {TransportError} No usable answer came, for as long as the policy allows.
   * @throws The signal's reason, when it fires.
   */
  call<Answer>(endpoint: Endpoint, request: ApiRequest, options?: InitCallOptions): Promise<Answer>;
}

/** A call under way. */
interface Call extends ApiRequest {
  endpoint: Endpoint;
  onSent?: (sent: number) => void;
  /** Ends everything. */
  requestSignal: AbortSignal;
  /** Ends everything but a request that is under way. */
  betweenSignal: AbortSignal;
  /** Ms until the deadline. */
  timeLeft(): number;
  /** What was done after each attempt so far. */
  tried: Remedy[];
  /** The error of the last attempt. */
  lastError?: Error;
  /** Lets go of timer and listeners. */
  close(): void;
}

/** An attempt that is ready to go out, and what it was signed with. */
interface Attempt extends SignedRequest {
  accessToken?: string;
  /** How far the platform's clock was taken to be ahead, in ms. */
  clockOffset: number;
  /** By `runtime.elapsed()`. */
  startedAt: number;
}

/**
 * Makes the transport: it signs each attempt anew, sends it, and does what its answer asks for. All calls share the
 * clock's offset, the pace and the refresh of a token.
 */
export function createTransport(options: ResolvedManagerOptions): Transport {
  const { baseUrl, partnerId, partnerKey, shopId, retry, timeout, onRequest } = options;
  const credentials = { baseUrl, partnerId, partnerKey, hmac: runtime.hmacSha256(partnerKey) };
  const tokens = options.tokens && shareRefresh(options.tokens);
  const http = createHttp(options.fetch);
  const pacer = createPacer();
  /** How far the platform's clock is ahead of this machine's, in ms. */
  let clockOffset = 0;

  async function run<Answer>(endpoint: Endpoint, request: ApiRequest, options: InitCallOptions = {}): Promise<Answer> {
    if (endpoint.auth === "shop" && (tokens === undefined || shopId === undefined)) {
      throw new InvalidInputError(`Cannot ${request.task}: the MediaManager needs a shopId and an accessToken for it`);
    }
    const call = openCall(endpoint, request, { ...options, total: timeout.total });
    try {
      while (true) {
        const attempt = await begin(call);
        const event: RequestEvent = { endpoint: endpoint.path, attempt: call.tried.length + 1, duration: 0 };
        try {
          const outcome = await send(call, attempt, event);
          if (outcome.envelope !== undefined) return outcome.envelope as Answer;
          event.retryAfter = await prepareNext(call, attempt, outcome);
        } finally {
          onRequest?.(event);
        }
        await sleep(event.retryAfter, call.betweenSignal);
      }
    } finally {
      call.close();
    }
  }

  /** Waits for its turn, then signs with the token and the time of then. */
  async function begin({ task, endpoint, query, betweenSignal }: Call): Promise<Attempt> {
    betweenSignal.throwIfAborted();
    await pacer.turn(betweenSignal);
    const accessToken = endpoint.auth === "shop" ? await raceSignal(tokens!.get(), betweenSignal) : undefined;
    if (accessToken === "") throw new InvalidInputError(`Cannot ${task}: the access token is empty`);
    const usedOffset = clockOffset;
    const timestamp = Math.floor((runtime.now() + usedOffset) / 1000);
    const shop = accessToken === undefined ? undefined : { shopId: shopId!, accessToken };
    const signed = await signRequest(endpoint.path, { credentials, timestamp, shop, query });
    betweenSignal.throwIfAborted();
    return { ...signed, accessToken, clockOffset: usedOffset, startedAt: runtime.elapsed() };
  }

  /** Sends an attempt and judges its answer, and notes in `event` what came of it. */
  async function send(call: Call, attempt: Attempt, event: RequestEvent): Promise<Outcome> {
    const { endpoint: { method }, json, form, onSent } = call;
    const options = { signal: call.requestSignal, timeout, onSent };
    const answer = await sendAttempt(http, { method, url: attempt.url, json, form }, options)
      .finally(() => event.duration = runtime.elapsed() - attempt.startedAt);
    const outcome = judgeAnswer(answer, {
      ...call,
      secrets: [...attempt.secrets, ...call.secrets ?? []],
      now: runtime.now() + clockOffset,
      mayHaveSucceeded: resendsRequests() || call.tried.includes("retry"),
    });
    Object.assign(event, { status: answer.status, error: outcome.code, requestId: outcome.requestId });
    if (outcome.envelope !== undefined) pacer.speedUp();
    return outcome;
  }

  /** Does what has to be done before the next attempt, and returns the pause until then; throws when there is none. */
  async function prepareNext(call: Call, attempt: Attempt, failure: Failure): Promise<number> {
    const { tried, betweenSignal } = call;
    call.lastError = failure.error;
    const hasToken = attempt.accessToken !== undefined;
    const given = { tried, retry, hasToken, timeLeft: call.timeLeft(), random: runtime.random() };
    const { action, pause } = nextStep(failure, given);
    if (action === "fail") throw failure.error;
    tried.push(action);
    if (action === "throttle") pacer.slowDown(pause, attempt.startedAt);
    if (action === "token") {
      const fresh = await raceSignal(tokens!.refresh(attempt.accessToken!), betweenSignal);
      if (fresh === attempt.accessToken) throw failure.error;
    }
    // Another call may have set the clock right while this attempt was under way; then its offset stands.
    if (action === "clock" && failure.serverTime !== undefined && attempt.clockOffset === clockOffset) {
      clockOffset = failure.serverTime - runtime.now();
    }
    betweenSignal.throwIfAborted();
    return pause;
  }

  return { call: run };
}

function openCall(
  endpoint: Endpoint,
  request: ApiRequest,
  { signal, lastAttempt, onSent, total }: InitCallOptions & { total: number },
): Call {
  const linked = linkSignals(signal);
  const between = linkSignals(linked.signal, lastAttempt);
  const endsAt = runtime.elapsed() + total;
  const timer = runtime.setTimer(() => linked.abort(judgeTimeout(call, { total, cause: call.lastError })), total);
  const call: Call = {
    ...request,
    endpoint,
    onSent,
    requestSignal: linked.signal,
    betweenSignal: between.signal,
    timeLeft: () => endsAt - runtime.elapsed(),
    tried: [],
    close() {
      runtime.clearTimer(timer);
      between.release();
      linked.release();
    },
  };
  return call;
}
