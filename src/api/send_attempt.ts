import { linkSignals, raceSignal } from "../async/signals.ts";
import { createTimeLimit, type TimeLimit } from "../async/time_limit.ts";
import { isInvalidInputError } from "../error_guards.ts";
import { runtime } from "../runtime.ts";
import { createMultipart, fileSize, type FormField } from "./body/multipart.ts";
import { createRequestBody, type RequestBodyOptions, type WireBody } from "./body/request_body.ts";
import { describeFailure, type FetchFailure } from "./fetch_failure.ts";
import type { FetchAnswer, Http } from "./http.ts";
import type { Passage, PassageEnd } from "./line.ts";

/** A request that is signed and ready to go out once. */
export interface WireRequest {
  method: "GET" | "POST";
  /** Signed URL: secret. */
  url: string;
  /** JSON body. */
  json?: string | undefined;
  /** Multipart body. */
  form?: FormField[] | undefined;
}

/** Options of {@linkcode sendAttempt}. */
export interface SendAttemptOptions {
  /** Aborts the attempt. */
  signal: AbortSignal;
  /** Ms that the attempt may take, unless its body may take longer, and that anything may stand still. */
  timeout: { attempt: number; idle: number };
  /** The way of the files in the body. */
  passage?: Passage | undefined;
  /** Called with how many bytes of the files were handed to the network. */
  onSent?: ((sent: number) => void) | undefined;
}

/** What came back: an answer, whatever it says, or the reason why there is none. */
export type WireAnswer =
  | { status: number; headers: Pick<Headers, "get">; text: string }
  | { status?: undefined } & FetchFailure;

/** More characters than this are no answer of the platform. */
const LONGEST_ANSWER = 4 * 1024 * 1024;

/**
 * Sends a request once and reads the answer. Nothing of what it returns shows the URL.
 *
 * @throws The signal's reason, when it fires.
 */
export async function sendAttempt(
  http: Http,
  request: WireRequest,
  options: SendAttemptOptions,
): Promise<WireAnswer> {
  const { signal, timeout, passage, onSent } = options;
  const { method, url, form, json } = request;
  const linked = linkSignals(signal);
  let cut: { how: PassageEnd; reason: string } | undefined;
  const onOver = (how: PassageEnd, reason: string) => {
    cut ??= { how, reason };
    linked.abort(new Error(reason));
  };
  passage?.start(fileSize(form ?? []));
  const watch = watchAttempt({ timeout, passage, onOver });
  let unreadable: unknown;
  const onUnreadable = (error: unknown) => unreadable = error;

  try {
    const body = form === undefined ? jsonBody(json) : createMultipart(form);
    const listeners = { onSent, onMove: watch.bodyMoved, onUnreadable };
    const init = body && await initFor(body, { style: http.style, signal: linked.signal, ...listeners });
    const response = await raceSignal(http.send(url, { method, signal: linked.signal, ...init }), linked.signal);
    const text = await readText(response.body, { signal: linked.signal, onMove: watch.answerMoved });
    return { status: response.status, headers: response.headers, text };
  } catch (error) {
    if (cut === undefined) signal.throwIfAborted();
    passage?.end(cut?.how ?? "failed", watch.awake);
    if (cut !== undefined) return { reason: cut.reason, mayHaveBeenSent: true };
    return describeUnreadable(unreadable ?? error) ?? describeFailure(error);
  } finally {
    // The answer came before the whole body was sent: nobody wants the rest.
    if (watch.isSending) linked.abort(new Error("The answer came first"));
    watch.close();
    linked.release();
  }
}

function jsonBody(json: string | undefined): WireBody | undefined {
  if (json === undefined) return undefined;
  const data = new TextEncoder().encode(json);
  return { contentType: "application/json", length: data.length, segments: [{ data, payload: false }], text: json };
}

/** What `fetch` is told of a body. */
async function initFor(wire: WireBody, options: RequestBodyOptions): Promise<RequestInit> {
  const body = await createRequestBody(wire, options);
  const headers = { "Content-Type": wire.contentType };
  if (!(body instanceof ReadableStream)) return { headers, body };
  return { headers: { ...headers, "Content-Length": `${wire.length}` }, body, duplex: "half" } as RequestInit;
}

/** Says why the body could not be read, if that is what went wrong. */
function describeUnreadable(error: unknown): FetchFailure | undefined {
  if (!isInvalidInputError(error)) return undefined;
  const { message: reason, cause } = error;
  return { reason, mistake: cause instanceof Error ? cause : error, mayHaveBeenSent: false };
}

interface ReadTextOptions {
  signal: AbortSignal;
  onMove: (goesOn: boolean) => void;
}

async function readText(body: FetchAnswer["body"], { signal, onMove }: ReadTextOptions): Promise<string> {
  if (body === null) return "";
  const reader = readerOf(body);
  const decoder = new TextDecoder();
  let text = "";
  try {
    while (text.length <= LONGEST_ANSWER) {
      onMove(true);
      const { done, value } = await raceSignal(reader.read(), signal);
      if (done) return text + decoder.decode();
      text += typeof value === "string" ? value : decoder.decode(value, { stream: true });
    }
    return text;
  } finally {
    onMove(false);
    reader.cancel().catch(() => {});
  }
}

/** What an answer is read with. */
interface AnswerReader {
  read(): Promise<IteratorResult<Uint8Array | string, unknown>>;
  cancel(): Promise<void>;
}

function readerOf(body: NonNullable<FetchAnswer["body"]>): AnswerReader {
  if ("getReader" in body) return body.getReader() as AnswerReader;
  const iterator = body[Symbol.asyncIterator]();
  return { read: () => iterator.next(), cancel: async () => void await iterator.return?.() };
}

/** Options of {@linkcode watchAttempt}. */
export interface WatchAttemptOptions {
  /** Ms that the attempt may take, unless its files may take longer, and that anything may stand still. */
  timeout: { attempt: number; idle: number };
  /** The way of the files in its body. */
  passage: Passage | undefined;
  /** Called when the attempt has to be cut: how its files' way has ended, and why, in words. */
  onOver: (how: "too_slow" | "stood_still", reason: string) => void;
}

/** Sees to it that an attempt ends. */
export interface AttemptWatch {
  /** So many bytes of the body were handed over; in the end, none. */
  bodyMoved(bytes: number): void;
  /** More of the answer is waited for; or no more. */
  answerMoved(goesOn: boolean): void;
  /** Whether some of the body is yet to be handed over. */
  readonly isSending: boolean;
  /** Ms in which the attempt was under way and the machine awake. */
  readonly awake: number;
  /** Ends the watch. */
  close(): void;
}

/**
 * What is handed over without a pause of so many ms may all be in a buffer of the kernel's (some MiB, if the next station is
 * near). Such a buffer takes nothing until a third of it is empty, so that a body which moves slowly seems to stand still for
 * a while: at most for so many times the idle limit, since it is not known whether there is such a buffer.
 */
const BURST_PAUSE = 1_000;
const MOST_HIDDEN = 3;

/** Begins to watch an attempt that begins now. */
export function watchAttempt({ timeout, passage, onOver }: WatchAttemptOptions): AttemptWatch {
  let deadline!: TimeLimit;
  let granted = 0;
  let idle: TimeLimit | undefined;
  let isSending = false;
  let burst = 0;
  let longestBurst = 0;
  let takenAt = -Infinity;

  function grantTime(): void {
    // More may have been learnt of the line meanwhile.
    const time = Math.max(timeout.attempt, passage?.time ?? 0);
    if (granted >= time) return onOver("too_slow", `no answer within ${Math.round(time)} ms`);
    deadline = createTimeLimit(time - granted, grantTime);
    granted = time;
  }

  function moved(goesOn: boolean, hidden = 0): void {
    idle?.close();
    passage?.moved();
    if (!goesOn) return;
    const time = timeout.idle + Math.min(hidden, MOST_HIDDEN * timeout.idle);
    const reason = `nothing was seen to move for ${Math.round(time)} ms, with an idle limit of ${timeout.idle} ms`;
    idle = createTimeLimit(time, () => onOver("stood_still", reason));
  }

  grantTime();
  return {
    bodyMoved(bytes) {
      isSending = bytes > 0;
      const now = runtime.elapsed();
      burst = now - takenAt > BURST_PAUSE ? bytes : burst + bytes;
      longestBurst = Math.max(longestBurst, burst);
      takenAt = now;
      moved(isSending, passage?.timeFor(longestBurst / 3));
    },
    answerMoved: moved,
    get isSending() {
      return isSending;
    },
    get awake() {
      return granted - deadline.left;
    },
    close() {
      deadline.close();
      idle?.close();
    },
  };
}
