import { type ApiErrorKind, InvalidInputError, ShopeeApiError, ShopeeMediaError, TransportError } from "../errors.ts";
import type { Endpoint } from "../platform/endpoints.ts";
import {
  bareCode,
  errorKind,
  explainCode,
  INTERNAL_ERROR_RETRIES,
  type Remedy,
  remedyFor,
} from "../platform/error_codes.ts";
import { nextQuotaReset } from "../platform/limits.ts";
import type { EmptyEnvelope } from "../platform/types/envelope.ts";
import type { FetchFailure } from "./fetch_failure.ts";
import { type Answer, readAnswer, readEnvelope } from "./read_answer.ts";
import { createRedaction, type Redaction } from "./redact.ts";
import type { ResponseShape } from "./response_shapes.ts";
import type { WireAnswer } from "./send_attempt.ts";

/** What is known of a call whose answer is judged. */
export interface JudgedCall {
  /** What the call is for, to end the sentence "Cannot …". */
  task: string;
  endpoint: Endpoint;
  /** Whether it is a Public call that was signed without an access token, and need not be. */
  canSignForShop: boolean;
  /** What the response must hold, if anything. */
  shape?: ResponseShape | undefined;
  /** A kind of error that says that an earlier attempt has succeeded. */
  doneKind?: ApiErrorKind | undefined;
  /** Whether an earlier attempt may have succeeded, though its answer was lost. */
  mayHaveSucceeded: boolean;
  /** What an advice depends on. @default gives none */
  circumstances?: Circumstances | undefined;
  /** What no error may show. */
  secrets: readonly string[];
  /** Ms since 1970 by the platform's clock, as far as it is known. */
  now: number;
}

/** What an attempt came to. */
export type Outcome = Success | Failure;

/** An answer to hand on. */
export interface Success {
  envelope: EmptyEnvelope;
  /** Shopee's code: `""`, or the one that says that the call has succeeded before. */
  code: string;
  requestId: string;
}

/** An error, and what to do about it. */
export interface Failure {
  envelope?: undefined;
  error: ShopeeMediaError;
  remedy: Remedy;
  /** Retries at the most, if they are fewer than usual. */
  retryLimit?: number | undefined;
  /** Shopee's code and name for the request, if the answer was Shopee's. */
  code?: string | undefined;
  requestId?: string | undefined;
  /** Ms that the answer wants to be waited for. */
  wait?: number | undefined;
  /** Ms since 1970 by the clock of who answered. */
  serverTime?: number | undefined;
}

/** More characters of what Shopee says make an error no clearer. */
const LONGEST_MESSAGE = 500;
const LONGEST_CODE = 100;

/**
 * Judges what came back from an attempt: an envelope to hand on, or a typed error and its remedy. The `error` field
 * decides, whatever the HTTP status. This is the only place that sets `retryable`.
 */
export function judgeAnswer(answer: WireAnswer, call: JudgedCall): Outcome {
  if (answer.status === undefined) {
    if (answer.mistake !== undefined) return judgeMistake(call, { ...answer, mistake: answer.mistake });
    const reason = `the connection failed (${createRedaction(call.secrets).text(answer.reason)})`;
    return noAnswer(call, reason, { remedy: "retry", isLost: answer.mayHaveBeenSent, code: answer.code });
  }
  const { status, headers, text } = answer;
  const serverTime = parseDate(headers.get("Date"));
  // A date is meant by the clock of who wrote it, which may not be known yet.
  const now = serverTime ?? call.now;
  const found = { serverTime, wait: parseRetryAfter(headers.get("Retry-After"), now) };
  const said = readAnswer(text, status);
  if (said === undefined) return { ...judgeForeign(call, { status, text }), ...found };
  if (said.code === "") return judgeSuccess(said, call);

  const refusal = { ...said, status, endpoint: call.endpoint.path };
  const { error, ...rest } = judgeRefusal(refusal, { ...call, redaction: createRedaction(call.secrets), now });
  const { code, kind, requestId } = error;
  if (kind === call.doneKind) {
    return { envelope: { error: "", message: "", warning: error.message, request_id: requestId }, code, requestId };
  }
  return { error, ...rest, code, requestId, ...found };
}

/** What Shopee says when it refuses a call, or one entry of it. */
export interface Refusal {
  code: string;
  message: string;
  requestId: string;
  status: number;
  endpoint: string;
}

/** How a {@linkcode Refusal} is put into words. */
export interface JudgeRefusalOptions
  extends Partial<Pick<JudgedCall, "canSignForShop" | "mayHaveSucceeded" | "circumstances">> {
  /** What was refused, to end the sentence "Cannot …". */
  task: string;
  /** Takes the secrets out of what is shown. @default leaves it as it is */
  redaction?: Redaction | undefined;
  /** Ms since 1970 by the platform's clock. @default does not tell when to try again */
  now?: number | undefined;
}

/** Judges a refusal of Shopee's: the typed error, and its remedy. */
export function judgeRefusal(
  refusal: Refusal,
  options: JudgeRefusalOptions,
): Pick<Failure, "remedy" | "retryLimit"> & { error: ShopeeApiError } {
  const { message, status, endpoint } = refusal;
  const { task, canSignForShop = false, mayHaveSucceeded = false, redaction = createRedaction([]), now } = options;
  const { circumstances } = options;
  const code = redaction.code(refusal.code);
  const kind = kindOf(refusal, canSignForShop);
  const remedy = remedyFor(kind);
  const retryAt = kind === "daily_limit" && now !== undefined ? nextQuotaReset(now) : undefined;
  const reason = kind === "daily_limit" ? describeQuota(retryAt) : explainCode(refusal.code, message);
  const advice = circumstances && advise({ ...refusal, kind }, circumstances);
  const help = advice === undefined ? "" : `; ${advice}`;
  const error = new ShopeeApiError(
    `Cannot ${task}: ${cut(redaction.text(reason), LONGEST_MESSAGE)}${help} (${cut(code, LONGEST_CODE)})`,
    {
      ...{ code, kind, status, endpoint, retryAt },
      requestId: redaction.text(refusal.requestId),
      retryable: isTransient(remedy),
      // One that failed within Shopee may have come far: "Too many connections" is known to follow a write that was done.
      mayHaveSucceeded: mayHaveSucceeded || remedy === "retry" || kind === "not_attachable",
    },
  );
  return { error, remedy, ...(kind === "internal" && { retryLimit: INTERNAL_ERROR_RETRIES }) };
}

/** Judges a call that is not made, since the app has used up today's. */
export function judgeUsedUp(
  { task, endpoint, mayHaveSucceeded }: Pick<JudgedCall, "task" | "endpoint" | "mayHaveSucceeded">,
  cause: ShopeeApiError,
): ShopeeApiError {
  const { code, kind, requestId, status, retryAt } = cause;
  return new ShopeeApiError(`Cannot ${task}: ${describeQuota(retryAt)} (${code})`, {
    ...{ code, kind, requestId, status, retryAt, mayHaveSucceeded, cause },
    endpoint: endpoint.path,
  });
}

/** Judges a call that has run out of time: what was down until now need not be down later. */
export function judgeTimeout(
  { task, endpoint, mayHaveSucceeded }: Pick<JudgedCall, "task" | "endpoint" | "mayHaveSucceeded">,
  { reason, cause }: { reason: string; cause?: Error | undefined },
): TransportError {
  const options = { endpoint: endpoint.path, cause, retryable: true, mayHaveSucceeded };
  return new TransportError(`Cannot ${task}: ${reason}`, options);
}

/** A token that is refused where none was sent: the call wants one. */
function kindOf({ code, message }: Refusal, canSignForShop: boolean): ApiErrorKind {
  const kind = errorKind(code, message);
  return kind === "token" && canSignForShop && bareCode(code) === "error_auth" ? "signing_mode" : kind;
}

function judgeSuccess(answer: Answer, { task, endpoint, shape }: JudgedCall): Outcome {
  const { requestId } = answer;
  const envelope = readEnvelope(answer, shape);
  if (envelope !== undefined) return { envelope, code: "", requestId };
  // What only asks may ask again; anything else would be done twice.
  const remedy = endpoint.method === "GET" ? "retry" : "fail";
  const message = `Cannot ${task}: Shopee's answer has no ${shape!.needs}`;
  const error = new ShopeeMediaError(message, { retryable: isTransient(remedy), mayHaveSucceeded: true });
  return { error, remedy, requestId };
}

/** Judges what was thrown because of a mistake: in a `fetch` of the caller's, or in a file that cannot be read. */
function judgeMistake(
  { task, secrets, mayHaveSucceeded }: JudgedCall,
  { reason, mistake, mayHaveBeenSent }: FetchFailure & { mistake: Error },
): Failure {
  const redaction = createRedaction(secrets);
  const { name, message, stack = "" } = mistake;
  const cause = Object.assign(new Error(redaction.text(message)), { name, stack: redaction.text(stack) });
  const error = new InvalidInputError(`Cannot ${task}: ${redaction.text(reason)}`, {
    cause,
    mayHaveSucceeded: mayHaveSucceeded || mayHaveBeenSent,
  });
  return { error, remedy: "fail" };
}

/** Judges what is no answer of Shopee's. */
function judgeForeign(call: JudgedCall, { status, text }: { status: number; text: string }): Failure {
  // Half an envelope would begin with a brace, too, and has to be asked for again.
  if (status === 403 && (!text.trimStart().startsWith("{") || isJson(text))) {
    const reason =
      "the request was refused before it reached Shopee's API (HTTP 403): this machine's IP address is not " +
      "on the app's whitelist, or the path is wrong";
    return noAnswer(call, reason, { remedy: "fail", status, isLost: false });
  }
  const reason = `what answered was not Shopee (HTTP ${status}, ${text.length} characters)`;
  // Who is too fast was not let in.
  if (status === 429) return noAnswer(call, reason, { remedy: "throttle", status, isLost: false });
  return noAnswer(call, reason, { remedy: "retry", status, isLost: true });
}

interface NoAnswer {
  remedy: Remedy;
  status?: number | undefined;
  /** What the connection failed with. */
  code?: string | undefined;
  /** Whether the call may have been carried out, and its answer was lost. */
  isLost: boolean;
}

function noAnswer(call: JudgedCall, reason: string, { remedy, status, code, isLost }: NoAnswer): Failure {
  const error = new TransportError(`Cannot ${call.task}: ${reason}`, {
    ...{ endpoint: call.endpoint.path, status, code },
    retryable: isTransient(remedy),
    mayHaveSucceeded: call.mayHaveSucceeded || isLost,
  });
  return { error, remedy };
}

/** Whether a later call may well do better, without anything changed. */
function isTransient(remedy: Remedy): boolean {
  return remedy === "retry" || remedy === "throttle";
}

function describeQuota(retryAt: Date | undefined): string {
  const when = retryAt === undefined ? "00:00 (UTC+8)" : retryAt.toISOString();
  return `today's quota of the app is used up until ${when}`;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  // Not through the middle of a character.
  return `${text.slice(0, length).replace(/[\uD800-\uDBFF]$/, "")}…`;
}

/** No limit of the platform's lasts longer than a day, in ms: what asks for more is taken for this. */
const LONGEST_WAIT = 86_400_000;

/**
 * Reads a `Retry-After` header.
 *
 * @param header The header, or `null`. Where several were sent it holds them all, and the longest counts.
 * @param now Ms since 1970, by the clock of who wrote it.
 * @returns Ms to wait, 0 for a time that has gone by; nothing where nobody can tell.
 * @see https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
 */
export function parseRetryAfter(header: string | null, now: number): number | undefined {
  const values = (header ?? "").split(",").map((value) => value.trim());
  if (values.every((value) => /^\d+(\.\d+)?$/.test(value))) {
    return Math.min(LONGEST_WAIT, Math.ceil(Math.max(...values.map(Number)) * 1000));
  }
  const date = parseDate(header);
  return date === undefined ? undefined : Math.min(LONGEST_WAIT, Math.max(0, date - now));
}

/** Reads a date as HTTP has it, with a year of four digits: ms since 1970. Runtimes take almost anything for a date. */
export function parseDate(header: string | null): number | undefined {
  if (header === null || !/^[A-Z][a-z]{2}.*\d\d:\d\d:\d\d/.test(header) || /\d{5}/.test(header)) return undefined;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : date;
}

/** What an advice depends on, besides the error. */
export interface Circumstances {
  /** Origin of the platform. */
  baseUrl: string;
  /** Whether the access token is one that nothing can replace. */
  hasFixedToken: boolean;
}

/** What Shopee has refused, and what that means. */
export interface AdvisedRefusal extends Pick<Refusal, "code"> {
  kind: ApiErrorKind;
}

const AUTHORISE = "the seller has to authorise the app again";

/** Says what may help against a refusal, in the words of this package's options; most need no more words than Shopee's. */
export function advise(refusal: AdvisedRefusal, { baseUrl, hasFixedToken }: Circumstances): string | undefined {
  const { kind } = refusal;
  const code = bareCode(refusal.code);
  if (code === "error_sign" || code === "invalid_partner_id") {
    return `check partnerId, partnerKey and region: live and test credentials differ, and this went to ${baseUrl}`;
  }
  if (code === "invalid_code") return `a code serves once, for 10 minutes: ${AUTHORISE}`;
  if (kind === "authorization") return `a refresh token serves once, for 30 days: when it is spent, ${AUTHORISE}`;
  if (kind === "token" && hasFixedToken) {
    return "check accessToken, which lives for 4 hours, shopId and region; createRefreshingToken replaces it in time";
  }
  if (kind === "token") return `check shopId and region, or ${AUTHORISE}`;
  if (kind === "not_attachable") {
    return "a video can be attached some 15 s after it is ready, and an item may have been made all the same: " +
      "look it up by its SKU before another try";
  }
  if (code === "partner_shop_no_link") return "check shopId: the shop has to authorise the app first";
  if (code === "error_api_permission") return "the app's category does not allow this call: no other token helps";
  return undefined;
}
