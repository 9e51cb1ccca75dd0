import { raceSignal } from "../async/signals.ts";
import { sleep } from "../async/sleep.ts";
import { isShopeeApiError } from "../error_guards.ts";
import { InvalidInputError } from "../errors.ts";
import { checkFunction, checkKnownOptions, checkSignal } from "../options.ts";
import type { Endpoint, Owner } from "../platform/endpoints.ts";
import { resendsRequests, runtime } from "../runtime.ts";
import { type ApiRequest, type Call, type InternalCallOptions, openCall } from "./call.ts";
import { type Failure, judgeAnswer, type JudgedCall, judgeTimeout, judgeUsedUp, type Outcome } from "./judge_answer.ts";
import type { Passage } from "./line.ts";
import type { RequestEvent, ResolvedManagerOptions } from "./manager_options.ts";
import { nextStep } from "./next_step.ts";
import { type AppState, platformTime } from "./pacer.ts";
import { sendAttempt } from "./send_attempt.ts";
import { type SignedFor, type SignedRequest, signRequest } from "./sign_request.ts";
import { type AsyncTokenSource, ownError, shareRefresh } from "./token/access_token_source.ts";

/** Makes calls to the platform. */
export interface Transport {
  /**
   * Makes one call, however many attempts it takes.
   *
   * @throws {ShopeeApiError} Shopee answered an error that no retry helps.
   * @throws {TransportError} No usable answer came, for as long as the policy allows.
   * @throws {InvalidInputError} The call has to be signed for a shop, and no shop or no token is known.
   * @throws The signal's reason, when it fires.
   */
  call<Answer>(endpoint: Endpoint, request: ApiRequest, options?: InternalCallOptions): Promise<Answer>;
}

/** An attempt that is ready to go out, and what it was signed with. */
interface Attempt extends SignedRequest {
  accessToken?: string | undefined;
  /** Whether it is a Public call that was signed without an access token, and need not be. */
  canSignForShop: boolean;
  /** How far the platform's clock was taken to be ahead, in ms. */
  clockOffset: number;
  /** By `runtime.elapsed()`. */
  startedAt: number;
}

/** What calls are signed with that are not Public, as far as the manager has it. */
interface Access {
  ids: Readonly<Record<Owner, number | undefined>>;
  tokens?: AsyncTokenSource | undefined;
}

/** What a call is signed with that is not Public. */
interface KnownAccess {
  owner: Owner;
  id: number;
  tokens: AsyncTokenSource;
}

/**
 * Makes the transport of one shop, or of none: it signs each attempt anew, sends it, and does what its answer asks for. All
 * calls share the refresh of a token, and all of the app share the clock's offset, the pace, the day's limit, and which
 * Public calls have to be signed for a shop.
 */
export function createTransport(options: ResolvedManagerOptions): Transport {
  const { app, baseUrl, partnerId, partnerKey, signAs, retry, timeout, onRequest } = options;
  const credentials = { baseUrl, partnerId, partnerKey, hmac: runtime.hmacSha256(partnerKey) };
  const tokens = options.tokens && shareRefresh(options.tokens);
  const access: Access = { ids: { shop: options.shopId, user: options.userId, merchant: options.merchantId }, tokens };
  const circumstances = { baseUrl, hasFixedToken: options.hasFixedToken };

  async function run<Answer>(
    endpoint: Endpoint,
    request: ApiRequest,
    options: InternalCallOptions = {},
  ): Promise<Answer> {
    checkCallOptions(options);
    const call = openCall(endpoint, request, { ...options, total: timeout.total });
    try {
      while (true) {
        const passage = call.form && await call.line.enter(call.betweenSignal);
        const event: RequestEvent = { endpoint: endpoint.path, attempt: call.tried.length + 1, duration: 0 };
        try {
          const attempt = await begin(call);
          try {
            const outcome = await send(call, attempt, { app, timeout, circumstances, event, passage });
            if (outcome.envelope !== undefined) return outcome.envelope as Answer;
            event.retryAfter = await prepareNext(call, attempt, outcome);
          } finally {
            await tell(onRequest, event, call);
          }
        } finally {
          passage?.end("failed");
        }
        await sleep(event.retryAfter, call.betweenSignal);
      }
    } finally {
      call.close();
    }
  }

  /** Waits for its turn, then signs with the token and the time of then. */
  async function begin(call: Call): Promise<Attempt> {
    const { endpoint: { auth, path }, query, betweenSignal } = call;
    betweenSignal.throwIfAborted();
    let isPublic: boolean;
    let signedFor: SignedFor | undefined;
    do {
      await takeTurn(call, app);
      isPublic = auth === "public" && signAs !== "shop" && !app.shopSigned.has(path);
      const owner = isPublic || auth === "app" ? undefined : auth === "public" ? "shop" : auth;
      signedFor = owner && await signAsOwner(demandAccess(owner, call, { app, access }), call);
      // While a token was waited for, Shopee may have asked for a pause.
    } while (app.pacer.isHeld && !call.isUrgent);
    const usedOffset = app.clockOffset;
    const timestamp = Math.floor(platformTime(app) / 1000);
    const signed = await signRequest(path, { credentials, timestamp, signedFor, query });
    betweenSignal.throwIfAborted();
    refuseUsedUp(call, app);
    return {
      ...signed,
      accessToken: signedFor?.accessToken,
      canSignForShop: isPublic,
      clockOffset: usedOffset,
      startedAt: runtime.elapsed(),
    };
  }

  /** Does what has to be done before the next attempt, and returns the pause until then; throws when there is none. */
  async function prepareNext(call: Call, attempt: Attempt, failure: Failure): Promise<number> {
    const { tried, betweenSignal } = call;
    const { accessToken, canSignForShop } = attempt;
    call.lastError = failure.error;
    const { action, pause } = nextStep(failure, {
      ...{ tried, retry, canSignForShop, hasToken: accessToken !== undefined },
      mayRepeat: !call.onlyOnce || !failure.error.mayHaveSucceeded,
      ...{ timeLeft: call.timeLeft(), random: runtime.random() },
    });
    heed(failure, { app, call, attempt, pause });
    if (action === "fail") throw failure.error;
    tried.push(action);
    if (action === "sign_for_shop") demandAccess("shop", call, { app, access });
    if (action === "token" && await awaitToken(tokens!.refresh(accessToken!), call) === accessToken) {
      throw failure.error;
    }
    betweenSignal.throwIfAborted();
    return pause;
  }

  return { call: run };
}

/** Options of {@linkcode send}. */
interface SendOptions extends Pick<ResolvedManagerOptions, "app" | "timeout"> {
  circumstances: JudgedCall["circumstances"];
  /** Is told what comes of the attempt. */
  event: RequestEvent;
  passage: Passage | undefined;
}

/** Sends an attempt and judges its answer, and notes in `event` what came of it. */
async function send(
  call: Call,
  attempt: Attempt,
  { app, timeout, circumstances, event, passage }: SendOptions,
): Promise<Outcome> {
  const { endpoint: { method }, jsonText: json, form, onSent, requestSignal: signal, mayHaveSucceeded } = call;
  call.doubt(true); // Until its answer is known.
  const request = { method, url: attempt.url, json, form };
  const answer = await sendAttempt(app.http, request, { signal, timeout, passage, onSent })
    .finally(() => event.duration = runtime.elapsed() - attempt.startedAt);
  const outcome = judgeAnswer(answer, {
    ...call,
    mayHaveSucceeded,
    canSignForShop: attempt.canSignForShop,
    doneKind: mayHaveSucceeded || resendsRequests() ? call.doneKind : undefined,
    circumstances,
    secrets: [...attempt.secrets, ...call.secrets ?? []],
    now: platformTime(app),
  });
  passage?.end(outcome.envelope === undefined ? "answered" : "acknowledged");
  if (answer.status !== undefined) event.status = answer.status;
  if (outcome.code !== undefined) event.error = outcome.code;
  if (outcome.requestId !== undefined) event.requestId = outcome.requestId;
  if (outcome.envelope !== undefined) app.pacer.speedUp();
  else call.doubt(outcome.error.mayHaveSucceeded);
  return outcome;
}

/** Tells the caller of an attempt, and waits for a function that is asynchronous: what it throws ends the call. */
async function tell(
  onRequest: ResolvedManagerOptions["onRequest"],
  event: RequestEvent,
  { requestSignal }: Call,
): Promise<void> {
  const taken = onRequest?.(event);
  if (isPromise(taken)) await raceSignal(Promise.resolve(taken), requestSignal);
}

function checkCallOptions(options: InternalCallOptions): void {
  checkKnownOptions("a call", options, ["signal", "onSent"], ["lastAttempt", "line", "onDoubt"]);
  checkSignal("signal", options.signal);
  checkFunction("onSent", options.onSent);
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | null | undefined)?.then === "function";
}

/** Waits until the call may start. One that could not start before its deadline fails at once. */
async function takeTurn(call: Call, app: AppState): Promise<void> {
  refuseUsedUp(call, app);
  // While it waited for room on its line, it may have been charged with what stood still there.
  if (call.timeLeft() <= 0) throw call.overdue();
  if (call.isUrgent) return;
  if (app.pacer.delay >= call.timeLeft()) {
    throw judgeTimeout(call, { reason: "Shopee wants a longer pause than the call may take", cause: call.lastError });
  }
  await app.pacer.turn(call.betweenSignal);
}

/** Starts nothing for the rest of a day whose calls are used up. */
function refuseUsedUp(call: Call, app: AppState): void {
  const { dailyLimit } = app;
  if (dailyLimit !== undefined && runtime.now() < dailyLimit.endsAt) throw judgeUsedUp(call, dailyLimit.error);
}

/** Fails where a call has to be signed for a shop, a user or a merchant, and the manager cannot do that. */
function demandAccess(
  owner: Owner,
  { task, endpoint, mayHaveSucceeded }: Call,
  { app, access: { ids, tokens } }: { app: AppState; access: Access },
): KnownAccess {
  const id = ids[owner];
  if (id !== undefined && tokens !== undefined) return { owner, id, tokens };
  const missing = [...(id === undefined ? [`${owner}Id`] : []), ...(tokens === undefined ? ["accessToken"] : [])];
  const reason = `it has to be signed for a ${owner}, and the MediaManager has no ${missing.join(" and no ")}`;
  const cause = app.shopSigned.get(endpoint.path);
  throw new InvalidInputError(`Cannot ${task}: ${reason}`, { cause, mayHaveSucceeded });
}

/** Gets the token of the moment. */
async function signAsOwner({ owner, id, tokens }: KnownAccess, call: Call): Promise<SignedFor> {
  const accessToken: unknown = await awaitToken(tokens.get(), call);
  if (typeof accessToken === "string" && accessToken !== "") return { owner, id, accessToken };
  const { task, mayHaveSucceeded } = call;
  const message = `Cannot ${task}: the access token must be a string that is not empty`;
  throw new InvalidInputError(message, { mayHaveSucceeded });
}

/** Waits for a token. Were its source to fail, the call ends with an error of its own. */
function awaitToken(token: Promise<string>, { betweenSignal, mayHaveSucceeded }: Call): Promise<string> {
  const own = token.catch((error): never => {
    throw ownError(error, mayHaveSucceeded);
  });
  return raceSignal(own, betweenSignal);
}

interface HeedOptions {
  app: AppState;
  call: Call;
  attempt: Attempt;
  /** Ms until the next attempt of the call, if there is one. */
  pause: number;
}

/** Lets all calls of the app know what a failure says of them, too, whether or not this call goes on. */
function heed({ error, remedy, wait, serverTime }: Failure, { app, call, attempt, pause }: HeedOptions): void {
  if (isShopeeApiError(error)) {
    if (error.retryAt !== undefined) {
      const now = serverTime ?? platformTime(app);
      app.dailyLimit = { error, endsAt: runtime.now() + error.retryAt.getTime() - now };
    }
    if (error.kind === "signing_mode" && attempt.canSignForShop) app.shopSigned.set(call.endpoint.path, error);
  }
  if (error.retryable && wait !== undefined) app.pacer.hold(wait);
  if (remedy === "throttle") app.pacer.slowDown(pause, attempt.startedAt);
  // Another call may have set the clock right while this attempt was under way; then its offset stands.
  if (remedy === "clock" && serverTime !== undefined && attempt.clockOffset === app.clockOffset) {
    app.clockOffset = serverTime - runtime.now();
  }
}
