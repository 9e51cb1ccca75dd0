import ky, { type KyInstance } from "ky";
import { linkSignals } from "../async/link_signals.ts";
import { raceSignal } from "../async/race_signal.ts";
import { bodyStyle, noRedirect, runtime, type Timer } from "../runtime.ts";
import { createMultipart, type FormField, type Multipart } from "./body/multipart.ts";
import { createRequestBody } from "./body/request_body.ts";

/** A request that is signed and ready to go out once. */
export interface WireRequest {
  method: "GET" | "POST";
  /** Signed URL: secret. */
  url: string;
  /** JSON body. */
  json?: unknown;
  /** Multipart body. */
  form?: FormField[];
}

/** Options of {@linkcode sendAttempt}. */
export interface SendAttemptOptions {
  /** Aborts the attempt. */
  signal: AbortSignal;
  /** Most ms that the attempt may take, and that a body may stand still. */
  timeout: { attempt: number; idle: number };
  /** Called with how many bytes of the files were handed to the network. */
  onSent?: (sent: number) => void;
}

/** What came back: an answer, whatever it says, or the reason why there is none. */
export type WireAnswer =
  | { status: number; headers: Headers; text: string }
  | {
    status?: undefined;
    failure: string;
    /** `false` where it is sure that nothing was sent. */
    mayHaveBeenSent: boolean;
  };

/** More characters than this are no answer of the platform. */
const LONGEST_ANSWER = 4 * 1024 * 1024;

/** Makes what attempts are sent with: it neither retries nor judges by itself. */
export function createHttp(fetch?: typeof globalThis.fetch): KyInstance {
  return ky.create({
    retry: 0,
    timeout: false,
    throwHttpErrors: false,
    // A redirect would carry the signed query to another host. The answer of one that was not followed is no envelope.
    redirect: noRedirect(),
    ...(fetch === undefined ? {} : { fetch }),
  });
}

/**
 * Sends a request once and reads the answer. Nothing of what it returns shows the URL.
 *
 * @throws The signal's reason, when it fires.
 */
export async function sendAttempt(
  http: KyInstance,
  request: WireRequest,
  options: SendAttemptOptions,
): Promise<WireAnswer> {
  const { signal, timeout, onSent } = options;
  const linked = linkSignals(signal);
  const requestSignal = linked.signal;
  let failure: string | undefined;
  const giveUp = (reason: string) => {
    failure ??= reason;
    linked.abort(new Error(reason));
  };
  const attemptTimer = runtime.setTimer(() => giveUp(`no answer within ${timeout.attempt} ms`), timeout.attempt);
  let idleTimer: Timer;
  let isSending = false;
  const onMove = (ended: boolean) => {
    runtime.clearTimer(idleTimer);
    if (ended) return;
    idleTimer = runtime.setTimer(() => giveUp(`nothing moved for ${timeout.idle} ms`), timeout.idle);
  };
  const onBodyMove = (ended: boolean) => {
    isSending = !ended;
    onMove(ended);
  };

  try {
    const multipart = request.form && createMultipart(request.form);
    const body = multipart &&
      await createRequestBody(multipart, { style: bodyStyle(), signal: requestSignal, onSent, onMove: onBodyMove });
    const response = await raceSignal(
      http(request.url, {
        method: request.method,
        signal: requestSignal,
        ...(request.json === undefined ? {} : { json: request.json }),
        ...(body === undefined ? {} : { body, headers: headersFor(multipart!, body), duplex: "half" }),
      }),
      requestSignal,
    );
    const text = await readText(response, { signal: requestSignal, onMove });
    return { status: response.status, headers: response.headers, text };
  } catch (error) {
    if (failure === undefined) signal.throwIfAborted();
    const reason = failure ?? describeFailure(error);
    return { failure: reason, mayHaveBeenSent: !NO_CONNECTION.test(reason) };
  } finally {
    // The answer came before the whole body was sent: nobody wants the rest.
    if (isSending) linked.abort(new Error("The answer came first"));
    runtime.clearTimer(attemptTimer);
    runtime.clearTimer(idleTimer);
    linked.release();
  }
}

function headersFor(multipart: Multipart, body: BodyInit): Record<string, string> {
  const type = { "Content-Type": multipart.contentType };
  return body instanceof ReadableStream ? { ...type, "Content-Length": `${multipart.length}` } : type;
}

interface ReadTextOptions {
  signal: AbortSignal;
  onMove: (ended: boolean) => void;
}

async function readText(response: Response, { signal, onMove }: ReadTextOptions): Promise<string> {
  if (response.body === null) return "";
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  try {
    while (text.length <= LONGEST_ANSWER) {
      onMove(false);
      const { done, value } = await raceSignal(reader.read(), signal);
      if (done) return text + decoder.decode();
      text += decoder.decode(value, { stream: true });
    }
    return text;
  } finally {
    onMove(true);
    reader.cancel().catch(() => {});
  }
}

/** How runtimes say that there was no connection to send anything over; the last is Deno's. */
const NO_CONNECTION =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|UND_ERR_CONNECT_TIMEOUT|\w*CERT\w*)$|client error \(Connect\)/;

const CODE = /^[A-Z][A-Za-z0-9_]{2,40}$/;
/** A URL, or anything that carries a query: both may hold a token or a signature. */
const ADDRESS = /\(?\S*(:\/\/|[?&][\w.-]+=)\S*\)?:?\s*/g;

/**
 * Says in a few words why `fetch` failed. Runtimes put the whole URL, with token and signature, into such errors, so the
 * error itself must never be shown, not even as a `cause`: what may be is a code such as `ECONNRESET`, or the runtime's words without any address.
 */
function describeFailure(error: unknown): string {
  const chain: Error[] = [];
  for (let e = error; e instanceof Error && chain.length < 5; e = e.cause) chain.push(e);
  for (const { code } of chain as { code?: unknown }[]) {
    if (typeof code === "string" && CODE.test(code)) return code;
  }
  const words = chain.at(-1)?.message.replaceAll(ADDRESS, "").trim();
  return words ? words.slice(0, 200) : "unknown cause";
}
