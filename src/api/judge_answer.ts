import { ShopeeApiError, TransportError } from "../errors.ts";
import { errorKind, explainCode, type Remedy, remedyFor } from "../platform/error_codes.ts";
import type { Endpoint } from "../platform/endpoints.ts";
import type { EmptyEnvelope } from "../platform/types/envelope.ts";
import type { WireAnswer } from "./send_attempt.ts";

/** What is known of a call whose answer is judged. */
export interface JudgedCall {
  /** What the call is for, to end the sentence "Cannot …". */
  task: string;
  endpoint: Endpoint;
  /** What no error may show. */
  secrets: readonly string[];
  /** Ms since 1970 by the platform's clock, as far as it is known. */
  now: number;
  /** A code that says, when an earlier attempt may have succeeded, that it did. */
  doneCode?: string;
  /** Whether an earlier attempt may have succeeded, though its answer was lost. */
  mayHaveSucceeded: boolean;
}

/** What an attempt came to. */
export type Outcome = Success | Failure;

/** An answer to hand on. */
export interface Success {
  envelope: EmptyEnvelope;
  /** Shopee's code: `""`, or the `doneCode`. */
  code: string;
  requestId: string;
}

/** An error, and what to do about it. */
export interface Failure {
  envelope?: undefined;
  error: ShopeeApiError | TransportError;
  remedy: Remedy;
  /** Shopee's code and name for the request, if the answer was Shopee's. */
  code?: string;
  requestId?: string;
  /** Ms that the answer wants to be waited for. */
  wait?: number;
  /** Ms since 1970 by the clock of who answered. */
  serverTime?: number;
}

/**
 * Reads what came back from an attempt: an envelope to hand on, or a typed error and its remedy. The `error` field
 * decides, whatever the HTTP status. This is the only place that sets `retryable`.
 */
export function judgeAnswer(answer: WireAnswer, call: JudgedCall): Outcome {
  const { task, endpoint } = call;
  const redact = (text: string) => call.secrets.reduce((clean, secret) => clean.replaceAll(secret, "[secret]"), text);
  if (answer.status === undefined) {
    return noAnswer(call, `the connection failed (${redact(answer.failure)})`, { remedy: "retry" });
  }
  const { status, headers, text } = answer;
  const serverTime = parseDate(headers.get("Date"));
  // A date is meant by the clock of who wrote it, which may not be known yet.
  const wait = parseRetryAfter(headers.get("Retry-After"), serverTime ?? call.now);
  const envelope = parseEnvelope(text);
  if (envelope === undefined) {
    const remedy = status === 429 ? "throttle" : "retry";
    const reason = `what answered was not Shopee (HTTP ${status}, ${text.length} characters)`;
    return noAnswer(call, reason, { remedy, status, wait, serverTime });
  }
  if (envelope.error === "") return { envelope, code: "", requestId: envelope.request_id };

  const code = envelope.error;
  const said = { code, message: `${envelope.message ?? ""}`, requestId: `${envelope.request_id ?? ""}` };
  const { error, remedy } = judgeRefusal({ ...said, status, endpoint: endpoint.path }, { task, redact });
  const { requestId } = error;
  if (call.mayHaveSucceeded && code === call.doneCode) {
    return { envelope: { error: "", message: "", warning: error.message, request_id: requestId }, code, requestId };
  }
  return { error, remedy, code: error.code, requestId, wait, serverTime };
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
export interface JudgeRefusalOptions {
  /** What was refused, to end the sentence "Cannot …". */
  task: string;
  /** Takes the secrets out of a text. @default leaves it as it is */
  redact?: (text: string) => string;
}

/** Judges a refusal of Shopee's: the typed error, and its remedy. */
export function judgeRefusal(
  refusal: Refusal,
  { task, redact = (text) => text }: JudgeRefusalOptions,
): { error: ShopeeApiError; remedy: Remedy } {
  const { message, status, endpoint } = refusal;
  const code = redact(refusal.code);
  const kind = errorKind(refusal.code, message);
  const remedy = remedyFor(kind);
  const error = new ShopeeApiError(`Cannot ${task}: ${redact(explainCode(refusal.code, message))} (${code})`, {
    code,
    kind,
    requestId: redact(refusal.requestId),
    status,
    endpoint,
    retryable: isTransient(remedy),
  });
  return { error, remedy };
}

/** Judges a call that has run out of time: what was down until now need not be down later. */
export function judgeTimeout(
  { task, endpoint }: Pick<JudgedCall, "task" | "endpoint">,
  { total, cause }: { total: number; cause?: Error },
): TransportError {
  const options = { endpoint: endpoint.path, cause, retryable: true };
  return new TransportError(`Cannot ${task}: it took more than ${total} ms`, options);
}

function noAnswer(
  { task, endpoint }: JudgedCall,
  reason: string,
  { status, ...found }: Omit<Failure, "error"> & { status?: number },
): Failure {
  const retryable = isTransient(found.remedy);
  return {
    error: new TransportError(`Cannot ${task}: ${reason}`, { endpoint: endpoint.path, status, retryable }),
    ...found,
  };
}

/** Whether a later call may well do better, without anything changed. */
function isTransient(remedy: Remedy): boolean {
  return remedy === "retry" || remedy === "throttle";
}

/** Reads an envelope; HTML of a gateway, an empty or a cut-off body, and other JSON are none. */
function parseEnvelope(text: string): EmptyEnvelope | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  return "error" in value && typeof value.error === "string" ? value as EmptyEnvelope : undefined;
}

function parseDate(header: string | null): number | undefined {
  const date = Date.parse(header ?? "");
  return Number.isNaN(date) ? undefined : date;
}

/** @see https://www.rfc-editor.org/rfc/rfc9110#field.retry-after */
function parseRetryAfter(header: string | null, now: number): number | undefined {
  if (header === null) return undefined;
  if (/^\s*\d+\s*$/.test(header)) return Number(header) * 1000;
  const date = parseDate(header);
  return date === undefined ? undefined : Math.max(0, date - now);
}
