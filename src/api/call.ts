import { linkSignals } from "../async/link_signals.ts";
import type { ApiErrorKind } from "../errors.ts";
import type { Endpoint } from "../platform/endpoints.ts";
import type { Remedy } from "../platform/error_codes.ts";
import { runtime } from "../runtime.ts";
import type { FormField } from "./body/multipart.ts";
import { judgeTimeout } from "./judge_answer.ts";
import type { ResponseShape } from "./response_shapes.ts";

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

/** What one call sends, and what comes back. */
export interface ApiRequest {
  /** What the call is for, to end the sentence "Cannot …". */
  task: string;
  /** Query parameters besides those of the signature. */
  query?: Record<string, string>;
  /** JSON body. */
  json?: unknown;
  /** Multipart body. */
  form?: FormField[];
  /** What the response must hold, if anything. */
  shape?: ResponseShape;
  /** A kind of error that says, when an earlier attempt of this call may have succeeded, that it did. */
  doneKind?: ApiErrorKind;
  /** Whether the call goes out at once, however slowly others have to go. */
  isUrgent?: boolean;
  /** What in the request itself must not show in an error. */
  secrets?: string[];
}

/** A call under way. */
export interface Call extends ApiRequest {
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
  /** Whether an attempt so far may have succeeded: its answer was lost, or has not come yet. */
  mayHaveSucceeded: boolean;
  /** Lets go of timer and listeners. */
  close(): void;
}

/** Begins a call that may take `total` ms. */
export function openCall(
  endpoint: Endpoint,
  request: ApiRequest,
  { signal, lastAttempt, onSent, total }: InitCallOptions & { total: number },
): Call {
  const linked = linkSignals(signal);
  const between = linkSignals(linked.signal, lastAttempt);
  const endsAt = runtime.elapsed() + total;
  const timer = runtime.setTimer(() => {
    linked.abort(judgeTimeout(call, { reason: `it took more than ${total} ms`, cause: call.lastError }));
  }, total);
  const call: Call = {
    ...request,
    endpoint,
    onSent,
    requestSignal: linked.signal,
    betweenSignal: between.signal,
    timeLeft: () => endsAt - runtime.elapsed(),
    tried: [],
    mayHaveSucceeded: false,
    close() {
      runtime.clearTimer(timer);
      between.release();
      linked.release();
    },
  };
  return call;
}
