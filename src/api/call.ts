import { callBack } from "../async/call_back.ts";
import { linkSignals } from "../async/signals.ts";
import { createTimeLimit } from "../async/time_limit.ts";
import { type ApiErrorKind, InvalidInputError } from "../errors.ts";
import type { Endpoint } from "../platform/endpoints.ts";
import type { Remedy } from "../platform/error_codes.ts";
import type { FormField } from "./body/multipart.ts";
import { judgeTimeout } from "./judge_answer.ts";
import { createLine, type Line } from "./line.ts";
import type { ResponseShape } from "./response_shapes.ts";

/** Options of every call. */
export interface CallOptions {
  /** Aborts the call at once, whatever it is doing; it then rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
  /**
   * Called with how many bytes of the files this attempt has handed to the network; starts over with each attempt. Only
   * where the runtime lets it be seen: Node and Bun, without an option `fetch` of the manager. What it throws, or rejects with
   * if it is asynchronous, ends the call.
   */
  onSent?: ((sent: number) => unknown) | undefined;
}

/** Options of calls as this package itself makes them. */
export interface InternalCallOptions extends CallOptions {
  /**
   * Once it fires, a request under way may end, but no other begins: were the answer of a call lost that opens a session,
   * nobody could cancel it.
   */
  lastAttempt?: AbortSignal | undefined;
  /** The line that the files go over, with those of other calls. @default one of its own */
  line?: Line | undefined;
  /** Told whether the call may have been carried out by now: as it begins, and whenever that changes. */
  onDoubt?: ((mayHaveSucceeded: boolean) => void) | undefined;
}

/** What one call sends, and what comes back. */
export interface ApiRequest {
  /** What the call is for, to end the sentence "Cannot …". */
  task: string;
  /** Query parameters besides those of the signature. */
  query?: Record<string, string> | undefined;
  /** What is sent as JSON. */
  json?: unknown | undefined;
  /** Multipart body. */
  form?: FormField[] | undefined;
  /** What the response must hold, if anything. */
  shape?: ResponseShape | undefined;
  /** A kind of error that says, when an earlier attempt of this call may have succeeded, that it did. */
  doneKind?: ApiErrorKind | undefined;
  /**
   * Whether the call is not made again when an attempt of it may have been carried out: it would be done twice.
   * @default false
   */
  onlyOnce?: boolean | undefined;
  /** Whether the call goes out at once, however slowly others have to go. */
  isUrgent?: boolean | undefined;
  /** What in the request itself must not show in an error. */
  secrets?: string[] | undefined;
}

/** A call under way. */
export interface Call extends ApiRequest {
  endpoint: Endpoint;
  /** JSON body. */
  jsonText?: string | undefined;
  onSent(sent: number): void;
  line: Line;
  /** Ends everything. */
  requestSignal: AbortSignal;
  /** Ends everything but a request that is under way. */
  betweenSignal: AbortSignal;
  /** Ms until the deadline, if no file moves in them. */
  timeLeft(): number;
  /** The error of a call that has no time left. */
  overdue(): Error;
  /** What was done after each attempt so far. */
  tried: Remedy[];
  /** The error of the last attempt. */
  lastError?: Error | undefined;
  /** Whether an attempt so far may have succeeded: its answer was lost, or has not come yet. */
  readonly mayHaveSucceeded: boolean;
  /** Says whether one may have. */
  doubt(mayHaveSucceeded: boolean): void;
  /** Lets go of timer and listeners. */
  close(): void;
}

/**
 * Begins a call that may take `total` ms.
 *
 * @throws {InvalidInputError} What it sends cannot be written as JSON.
 */
export function openCall(
  endpoint: Endpoint,
  request: ApiRequest,
  { signal, lastAttempt, onSent, onDoubt, line = createLine(), total }: InternalCallOptions & { total: number },
): Call {
  const jsonText = request.json === undefined ? undefined : toJson(request.json, request.task);
  const linked = linkSignals(signal);
  const between = lastAttempt === undefined ? linked : linkSignals(linked.signal, lastAttempt);
  const limit = createTimeLimit(total, () => linked.abort(call.overdue()));
  const count = request.form && line.spare(limit);
  let mayHaveSucceeded = false;
  onDoubt?.(false);
  const call: Call = {
    ...request,
    endpoint,
    jsonText,
    onSent: (sent) => void callBack(onSent, sent, linked.abort),
    line,
    requestSignal: linked.signal,
    betweenSignal: between.signal,
    timeLeft: () => limit.left,
    overdue: () => judgeTimeout(call, { reason: `it took more than ${total} ms`, cause: call.lastError }),
    tried: [],
    get mayHaveSucceeded() {
      return mayHaveSucceeded;
    },
    doubt(may) {
      mayHaveSucceeded = may;
      onDoubt?.(may);
    },
    close() {
      count?.();
      limit.close();
      between.release();
      linked.release();
    },
  };
  return call;
}

function toJson(value: unknown, task: string): string {
  try {
    return JSON.stringify(value);
  } catch (cause) {
    throw new InvalidInputError(`Cannot ${task}: its parameters cannot be written as JSON`, { cause });
  }
}
