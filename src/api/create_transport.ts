import ky from "ky";
import { InvalidInputError, ShopeeApiError, type ShopeeMediaError, TransportError } from "../errors.ts";
import type { AccessTokenSource } from "./access_token_source.ts";
import { createPacer } from "./create_pacer.ts";
import { noRedirect, resendsRequests, runtime } from "../runtime.ts";
import type { Endpoint } from "../platform/endpoints.ts";
import { explainCode } from "../platform/error_codes.ts";
import { linkSignals } from "../async/link_signals.ts";
import { createMultipart, type FormField } from "./multipart.ts";
import { parseEnvelope } from "./parse_envelope.ts";
import { raceSignal } from "../async/race_signal.ts";
import { type Remedy, remedyForCode, remedyForStatus } from "./remedy.ts";
import type { RequestEvent } from "./request_event.ts";
import { retryAfter } from "./retry_after.ts";
import { sendAttempt, type WireAnswer } from "./send_attempt.ts";
import { shareRefresh } from "./share_refresh.ts";
import { sleep } from "../async/sleep.ts";
import type { Envelope } from "../platform/types/envelope.ts";

/** Everything the transport has to know, checked and with defaults filled in. */
export interface TransportOptions {
  /** Origin of the platform. */
  baseUrl: string;
  /** The partner. */
  partnerId: number;
  /** The partner's key: secret. */
  partnerKey: string;
  /** The shop, for Shop calls. */
  shopId?: number;
  /** The tokens, for Shop calls. */
  tokens?: AccessTokenSource;
  /** Retries after the first attempt, and their waits in ms. */
  retry: { limit: number; baseDelay: number; maxDelay: number };
  /** Deadlines in ms: of one attempt, of a body that stands still, of a whole call. */
  timeout: { attempt: number; idle: number; total: number };
  /** What sends. */
  fetch?: typeof fetch;
  /** Called once for each attempt. */
  onRequest?: (event: RequestEvent) => void;
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
  /** A code that says, when an earlier attempt of this call may have got through, that it did. */
  doneCode?: string;
  /** What in the request itself must not show in an error. */
  secrets?: string[];
}

/** Options of every call. */
export interface CallOptions {
  /** Cuts the call at once, whatever it is doing; it then rejects with the signal's reason. */
  signal?: AbortSignal;
  /**
   * Told how many bytes of the files this attempt has handed to the network; starts over with each attempt. Only where
   * the runtime lets it be seen: Node and Bun.
   */
  onSent?: (sent: number) => void;
}

/** What a call may be told within this package. */
export interface TransportCallOptions extends CallOptions {
  /** Once it fires, a request under way may end, but no other begins. */
  lastAttempt?: AbortSignal;
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
  call<Answer>(endpoint: Endpoint, request: ApiRequest, options?: TransportCallOptions): Promise<Answer>;
}

/** Deno's `fetch` by itself sends a request again whose connection closes before the answer. */
const RESENDS = resendsRequests();

/** What an attempt came to: an answer to hand on, or an error and what to do about it. */
type Outcome =
  & { code?: string; requestId?: string }
  & (
    | { envelope: Envelope<unknown> }
    | { envelope?: undefined; error: ShopeeMediaError; remedy: Remedy; wait?: number; serverTime?: number }
  );

/** One attempt of a call: what it was given, and what it used. */
interface Attempt {
  /** From 1. */
  number: number;
  /** Cuts the request. */
  signal: AbortSignal;
  /** Ends what comes before the request. */
  between: AbortSignal;
  onSent?: (sent: number) => void;
  /** The offset its timestamp was made with, in ms. */
  clockOffset: number;
  /** The token it was signed with. */
  token?: string;
  /** `performance.now()` when it was sent. */
  startedAt: number;
}

/** What was used to sign one attempt. */
interface Signature {
  url: string;
  token?: string;
  /** What error texts must not show. */
  secrets: string[];
}

/**
 * Makes the transport: it signs each attempt anew, sends it, and decides by the answer what to do.
 *
 * @param options What it has to know.
 * @returns The transport.
 */
export function createTransport(options: TransportOptions): Transport {
  const { baseUrl, partnerId, partnerKey, shopId, retry, timeout, onRequest } = options;
  const tokens = options.tokens && shareRefresh(options.tokens);
  const sign = runtime.hmacSha256(partnerKey);
  const pacer = createPacer();
  const http = ky.create({
    retry: 0,
    timeout: false,
    throwHttpErrors: false,
    // A redirect would carry the signed query to another host. The answer of one that was not followed is no envelope.
    redirect: noRedirect(),
    ...(options.fetch === undefined ? {} : { fetch: options.fetch }),
  });
  /** How far the platform's clock is ahead of this machine's, in ms. */
  let clockOffset = 0;

  async function signRequest(endpoint: Endpoint, request: ApiRequest, signal: AbortSignal): Promise<Signature> {
    const token = endpoint.auth === "shop" ? await raceSignal(tokens!.get(), signal) : undefined;
    if (token === "") throw new InvalidInputError(`Cannot ${request.task}: the access token is empty`);
    const timestamp = Math.floor((Date.now() + clockOffset) / 1000);
    const base = `${partnerId}${endpoint.path}${timestamp}`;
    const signature = await sign(token === undefined ? base : `${base}${token}${shopId}`);
    const url = new URL(endpoint.path, baseUrl);
    const query = { partner_id: partnerId, timestamp, sign: signature, ...request.query };
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, `${value}`);
    if (token !== undefined) {
      url.searchParams.set("access_token", token);
      url.searchParams.set("shop_id", `${shopId}`);
    }
    const secrets = [partnerKey, signature, ...(token === undefined ? [] : [token]), ...(request.secrets ?? [])];
    return { url: url.href, token, secrets };
  }

  function judge(endpoint: Endpoint, request: ApiRequest, answer: WireAnswer, secrets: string[]): Outcome {
    const redact = (text: string) => secrets.reduce((clean, secret) => clean.replaceAll(secret, "[secret]"), text);
    const cannot = (reason: string) => `Cannot ${request.task}: ${redact(reason)}`;
    if (answer.status === undefined) {
      const error = new TransportError(cannot(`the connection failed (${answer.failure})`), {
        endpoint: endpoint.path,
      });
      return { error, remedy: "retry" };
    }
    const { status, headers, text } = answer;
    const serverTime = Date.parse(headers.get("Date") ?? "");
    // A date is meant by the clock of who wrote it, which may not be known yet.
    const wait = retryAfter(headers.get("Retry-After"), serverTime || Date.now() + clockOffset);
    const envelope = parseEnvelope(text);
    if (envelope === undefined) {
      const reason = `what answered was not Shopee (HTTP ${status}, ${text.length} characters)`;
      const error = new TransportError(cannot(reason), { endpoint: endpoint.path, status });
      return { error, remedy: remedyForStatus(status), wait };
    }
    if (envelope.error === "") return { envelope, code: "", requestId: envelope.request_id };
    const message = `${envelope.message ?? ""}`;
    const code = redact(envelope.error);
    const requestId = redact(`${envelope.request_id ?? ""}`);
    const error = new ShopeeApiError(`${cannot(explainCode(envelope.error, message))} (${code})`, {
      code,
      requestId,
      status,
      endpoint: endpoint.path,
    });
    return { error, remedy: remedyForCode(envelope.error, message), code, requestId, wait, serverTime };
  }

  /** Signs, sends and judges once. */
  async function attempt(endpoint: Endpoint, request: ApiRequest, attempt: Attempt): Promise<Outcome> {
    attempt.clockOffset = clockOffset;
    const { token, url, secrets } = await signRequest(endpoint, request, attempt.between);
    attempt.between.throwIfAborted();
    attempt.token = token;
    attempt.startedAt = performance.now();
    let answer: WireAnswer | undefined;
    let outcome: Outcome | undefined;
    try {
      const multipart = request.form && createMultipart(request.form);
      answer = await sendAttempt(http, { method: endpoint.method, url, json: request.json, multipart }, {
        signal: attempt.signal,
        timeout: timeout.attempt,
        idle: timeout.idle,
        onSent: attempt.onSent,
      });
      outcome = judge(endpoint, request, answer, secrets);
      return outcome;
    } finally {
      onRequest?.({
        endpoint: endpoint.path,
        attempt: attempt.number,
        duration: performance.now() - attempt.startedAt,
        status: answer?.status,
        error: outcome?.code,
        requestId: outcome?.requestId,
      });
    }
  }

  async function call<Answer>(
    endpoint: Endpoint,
    request: ApiRequest,
    options: TransportCallOptions = {},
  ): Promise<Answer> {
    const { signal, lastAttempt, onSent } = options;
    if (endpoint.auth === "shop" && (tokens === undefined || shopId === undefined)) {
      throw new InvalidInputError(`Cannot ${request.task}: the MediaManager needs a shopId and an accessToken for it`);
    }
    const deadline = linkSignals(signal);
    /** Ends everything but a request that is under way. */
    const between = linkSignals(deadline.signal, lastAttempt);
    const endsAt = performance.now() + timeout.total;
    let failed: ShopeeMediaError | undefined;
    const timer = setTimeout(() => {
      const message = `Cannot ${request.task}: it took more than ${timeout.total} ms`;
      deadline.abort(new TransportError(message, { endpoint: endpoint.path, cause: failed }));
    }, timeout.total);
    const tried = { clock: false, token: false };
    let retries = 0;
    let mayHaveGotThrough = RESENDS;

    try {
      for (let number = 1;; number++) {
        between.signal.throwIfAborted();
        await pacer.turn(between.signal);
        const state: Attempt = {
          number,
          signal: deadline.signal,
          between: between.signal,
          onSent,
          clockOffset,
          startedAt: 0,
        };
        const outcome = await attempt(endpoint, request, state);
        if (outcome.envelope !== undefined) {
          pacer.speedUp();
          return outcome.envelope as Answer;
        }

        const { error, remedy } = outcome;
        if (mayHaveGotThrough && outcome.code !== undefined && outcome.code === request.doneCode) {
          return { error: "", message: "", warning: error.message, request_id: outcome.requestId } as Answer;
        }
        failed = error;
        mayHaveGotThrough ||= remedy === "retry";
        if (remedy === "clock" && !tried.clock) {
          tried.clock = true;
          // Another call may have set the clock right while this attempt was under way; then its offset stands.
          if (outcome.serverTime && state.clockOffset === clockOffset) clockOffset = outcome.serverTime - Date.now();
          continue;
        }
        if (remedy === "token" && !tried.token && tokens !== undefined && state.token !== undefined) {
          tried.token = true;
          const fresh = await raceSignal(tokens.refresh(state.token), between.signal);
          if (fresh === state.token) throw error;
          continue;
        }
        if ((remedy !== "retry" && remedy !== "slow") || retries >= retry.limit) throw error;
        const pause = outcome.wait ?? Math.random() * Math.min(retry.maxDelay, retry.baseDelay * 2 ** retries);
        retries++;
        // Nothing is gained by waiting for a time that lies behind the deadline.
        if (performance.now() + pause >= endsAt) throw error;
        if (remedy === "slow") pacer.slowDown(pause, state.startedAt);
        await sleep(pause, between.signal);
      }
    } finally {
      clearTimeout(timer);
      between.release();
      deadline.release();
    }
  }

  return { call };
}
