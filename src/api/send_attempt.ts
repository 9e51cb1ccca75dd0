import type { KyInstance } from "ky";
import { bodyStyle } from "../runtime.ts";
import { createBody } from "./create_body.ts";
import { describeFailure } from "./describe_failure.ts";
import { linkSignals } from "../async/link_signals.ts";
import type { Multipart } from "./multipart.ts";
import { raceSignal } from "../async/race_signal.ts";

/** A request that is signed and ready to go out once. */
export interface WireRequest {
  /** HTTP method. */
  method: "GET" | "POST";
  /** Signed URL: secret. */
  url: string;
  /** JSON body. */
  json?: unknown;
  /** Multipart body. */
  multipart?: Multipart;
}

/** Options of {@linkcode sendAttempt}. */
export interface SendAttemptOptions {
  /** Cuts the attempt. */
  signal: AbortSignal;
  /** Most ms the attempt may take. */
  timeout: number;
  /** Most ms a body may stand still. */
  idle: number;
  /** Told how many bytes of the files were handed to the network. */
  onSent?: (sent: number) => void;
}

/** What came back: an answer, whatever it says, or the reason why there is none. */
export type WireAnswer =
  | { status: number; headers: Headers; text: string }
  | { status?: undefined; failure: string };

/** More than this is no answer of the platform. */
const LONGEST_ANSWER = 4 * 1024 * 1024;

/**
 * Sends a request once and reads the answer.
 *
 * @param http The `ky` to send with.
 * @param request The request.
 * @param options Signal, deadlines, progress.
 * @returns The answer, or in words why there is none. Nothing in it shows the URL.
 * @throws The signal's reason, when it fires.
 */
export async function sendAttempt(
  http: KyInstance,
  request: WireRequest,
  options: SendAttemptOptions,
): Promise<WireAnswer> {
  const { signal, timeout, idle, onSent } = options;
  const cut = linkSignals(signal);
  let failure: string | undefined;
  const cutFor = (reason: string) => {
    failure ??= reason;
    cut.abort(new Error(reason));
  };
  const attemptTimer = setTimeout(() => cutFor(`no answer within ${timeout} ms`), timeout);
  let idleTimer: ReturnType<typeof setTimeout> | undefined;
  let isSending = false;
  const onMove = (ended: boolean) => {
    clearTimeout(idleTimer);
    idleTimer = ended ? undefined : setTimeout(() => cutFor(`nothing moved for ${idle} ms`), idle);
  };
  const onBodyMove = (ended: boolean) => {
    isSending = !ended;
    onMove(ended);
  };

  try {
    const body = request.multipart &&
      await createBody(request.multipart, { style: bodyStyle(), signal: cut.signal, onSent, onMove: onBodyMove });
    const response = await raceSignal(
      http(request.url, {
        method: request.method,
        signal: cut.signal,
        ...(request.json === undefined ? {} : { json: request.json }),
        ...(body === undefined ? {} : { body, headers: headersFor(request.multipart!, body), duplex: "half" }),
      }),
      cut.signal,
    );
    const text = await readText(response, { signal: cut.signal, onMove });
    return { status: response.status, headers: response.headers, text };
  } catch (error) {
    if (failure === undefined) signal.throwIfAborted();
    return { failure: failure ?? describeFailure(error) };
  } finally {
    // The answer came before the whole body was sent: nobody wants the rest.
    if (isSending) cut.abort(new Error("The answer came first"));
    clearTimeout(attemptTimer);
    clearTimeout(idleTimer);
    cut.release();
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
