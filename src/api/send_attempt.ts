import ky from "ky";
import { linkSignals } from "../async/link_signals.ts";
import { raceSignal } from "../async/race_signal.ts";
import { createTimeLimit, type TimeLimit } from "../async/time_limit.ts";
import { isInvalidInputError } from "../error_guards.ts";
import { type BodyStyle, bodyStyle, noRedirect, runtime } from "../runtime.ts";
import { createMultipart, fileSize, type FormField } from "./body/multipart.ts";
import { createRequestBody, type RequestBodyOptions, type WireBody } from "./body/request_body.ts";
import { describeFailure, type FetchFailure } from "./fetch_failure.ts";
import type { Passage } from "./line.ts";

/** Something that sends requests as `fetch` does. */
export type Fetch = (url: string, init: FetchInit) => Promise<FetchAnswer>;

/** What a {@linkcode Fetch} of the caller's is told besides the URL. */
export interface FetchInit {
  /** HTTP method. */
  method: "GET" | "POST";
  /** By name. */
  headers?: Record<string, string>;
  /** The whole body. */
  body?: string | Uint8Array<ArrayBuffer>;
  /** Cuts the request. */
  signal: AbortSignal;
  /** Keeps redirects from being followed, since they would carry the signed query to another host. */
  redirect: "error" | "manual";
}

/** What of the answer of a {@linkcode Fetch} is looked at. */
export interface FetchAnswer {
  /** HTTP status. */
  readonly status: number;
  /** By name. */
  readonly headers: Pick<Headers, "get">;
  /** A web stream, or anything else that gives bytes in turn, such as a stream of Node's. */
  readonly body: ReadableStream<Uint8Array> | AsyncIterable<Uint8Array | string> | null;
}

/** Sends requests; it neither retries nor judges by itself. */
export interface Http {
  /** The kind of body that it takes. */
  readonly style: BodyStyle;
  send(url: string, init: Omit<RequestInit, "redirect">): Promise<FetchAnswer>;
}

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

/**
 * What is handed over without a pause of so many ms may all be in a buffer of the kernel's (some MiB, if the next station is
 * near). Such a buffer takes nothing until a third of it is empty, so that a body which moves slowly seems to stand still for
 * a while: at most for so many times the idle limit, since it is not known whether there is such a buffer.
 */
const BURST_PAUSE = 1_000;
const MOST_HIDDEN = 3;

/** More characters than this are no answer of the platform. */
const LONGEST_ANSWER = 4 * 1024 * 1024;

/**
 * Makes what attempts are sent with.
 *
 * @param fetch One of the caller's, which is given plain values alone: of another implementation, it knows neither our
 * `Request` nor our streams, and would send their names.
 */
export function createHttp(fetch?: Fetch): Http {
  // The answer of a redirect that was not followed is no envelope.
  const redirect = noRedirect();
  if (fetch !== undefined) {
    return { style: "bytes", send: async (url, init) => await fetch(url, { ...init, redirect } as FetchInit) };
  }
  const send = ky.create({ retry: 0, timeout: false, throwHttpErrors: false, redirect });
  return {
    get style() {
      return bodyStyle();
    },
    send,
  };
}

/**
 * Sends a request once and reads the answer. Nothing of what it returns shows the URL, but for a `mistake`.
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
  let cut: { how: "too_slow" | "stood_still"; reason: string } | undefined;
  const cutOff = (how: "too_slow" | "stood_still", reason: string) => {
    cut ??= { how, reason };
    linked.abort(new Error(reason));
  };

  passage?.start(fileSize(form ?? []));
  let deadline!: TimeLimit;
  let granted = 0;
  const grantTime = () => {
    // More may have been learnt of the line meanwhile.
    const time = Math.max(timeout.attempt, passage?.time ?? 0);
    if (granted >= time) return cutOff("too_slow", `no answer within ${Math.round(time)} ms`);
    deadline = createTimeLimit(time - granted, grantTime);
    granted = time;
  };
  grantTime();

  let idle: TimeLimit | undefined;
  const onMove = (goesOn: boolean, hidden = 0) => {
    idle?.close();
    passage?.moved();
    if (!goesOn) return;
    const ms = timeout.idle + Math.min(hidden, MOST_HIDDEN * timeout.idle);
    const reason = `nothing was seen to move for ${Math.round(ms)} ms, with an idle limit of ${timeout.idle} ms`;
    idle = createTimeLimit(ms, () => cutOff("stood_still", reason));
  };
  let isSending = false;
  let buffered = 0;
  let burst = 0;
  let takenAt = -Infinity;
  const onBodyMove = (bytes: number) => {
    isSending = bytes > 0;
    const now = runtime.elapsed();
    burst = now - takenAt > BURST_PAUSE ? bytes : burst + bytes;
    buffered = Math.max(buffered, burst);
    takenAt = now;
    onMove(isSending, passage?.timeFor(buffered / 3));
  };
  let unreadable: unknown;
  const onUnreadable = (error: unknown) => unreadable = error;

  try {
    const body = form === undefined ? jsonBody(json) : createMultipart(form);
    const watch = { onSent, onMove: onBodyMove, onUnreadable };
    const init = body && await initFor(body, { style: http.style, signal: linked.signal, ...watch });
    const response = await raceSignal(http.send(url, { method, signal: linked.signal, ...init }), linked.signal);
    const text = await readText(response.body, { signal: linked.signal, onMove });
    return { status: response.status, headers: response.headers, text };
  } catch (error) {
    if (cut === undefined) signal.throwIfAborted();
    passage?.end(cut?.how ?? "failed", granted - deadline.left);
    if (cut !== undefined) return { reason: cut.reason, mayHaveBeenSent: true };
    return describeUnreadable(unreadable ?? error) ?? describeFailure(error);
  } finally {
    // The answer came before the whole body was sent: nobody wants the rest.
    if (isSending) linked.abort(new Error("The answer came first"));
    deadline.close();
    idle?.close();
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
