import type { Clock } from "../clock.ts";
import { type Reason, REFUSALS, type Wording } from "./refusals.ts";

/** Why the emulator refused a request, for its owner's eyes only. */
export interface LoggedRefusal {
  /** One word for it, such as `wrongSign`. */
  reason: string;
  /** What is wrong, in plain words: which base string a signature has to cover, say. The token in it is left out. */
  hint: string;
  /** What the hint names, one by one. */
  details: Readonly<Record<string, string | number>>;
}

/** What is about to be answered. */
export interface Answer {
  /** HTTP status. */
  status: number;
  /** Shopee's error code, `""` on success and where the answer is none of Shopee's. */
  error: string;
  /** Besides `Date`. */
  headers: Record<string, string>;
  /** The whole body. */
  body: string;
  /** Why it is a refusal, if it is one of the emulator's own. Never sent. */
  refusal?: LoggedRefusal | undefined;
  /** Sends the body otherwise than in one piece. */
  send?: ((body: Uint8Array<ArrayBuffer>) => ReadableStream<Uint8Array<ArrayBuffer>>) | undefined;
}

/** What the samples of these successes lack: all others have an empty `warning`. */
const WITHOUT_WARNING: ReadonlySet<string> = new Set([
  "media_space/init_video_upload",
  "media_space/get_video_upload_result",
  "auth/token/get",
  "auth/access_token/get",
]);

/** Puts what was done into Shopee's envelope. */
export function successAnswer(fields: object, { dialect, endpoint, requestId }: Voice & { requestId: string }): Answer {
  const warns = dialect === "samples" && !WITHOUT_WARNING.has(endpoint);
  return json(200, "", { error: "", message: "", ...(warns && { warning: "" }), request_id: requestId, ...fields });
}

/** Leads a browser on to another address. */
export function linkAnswer(location: string): Answer {
  return { status: 302, error: "", headers: { Location: location }, body: "" };
}

/** Puts an error into Shopee's envelope, or into the other one that one of its fronts has. */
export function errorAnswer({ code, message, status, headers, envelope }: ErrorAnswer, requestId: string): Answer {
  const body = envelope === "front"
    ? { code: 1, error: code, msg: message, debug_message: "" }
    : { error: code, message, ...(code.startsWith("product.") && { warning: "" }), request_id: requestId };
  return json(status, code, body, headers);
}

function json(status: number, error: string, body: object, headers?: Record<string, string>): Answer {
  return { status, error, headers: { ...headers, "Content-Type": "application/json" }, body: JSON.stringify(body) };
}

/** Makes the HTTP response of an answer; its `Date` is the platform's. */
export function toResponse({ status, headers, body, send }: Answer, clock: Clock): Response {
  const bytes = new TextEncoder().encode(body);
  return new Response(send === undefined ? bytes : send(bytes), {
    status,
    headers: { "Content-Length": String(bytes.length), "Date": new Date(clock.now()).toUTCString(), ...headers },
  });
}

/**
 * How the emulator puts what it says:
 *
 * - `samples`: as the platform's own error samples, and clients that talk to it, show its answers;
 * - `reference`: as the tables of its reference list them.
 */
export type Dialect = "samples" | "reference";

/** Thrown anywhere on the way of a request; {@linkcode describeRefusal} says what is answered. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly reason: Reason;
  /** What stands in the place of `{name}` in its texts. */
  readonly details: Readonly<Record<string, string | number>>;

  constructor(reason: Reason, details: Record<string, string | number> = {}) {
    super(reason);
    this.reason = reason;
    this.details = details;
  }
}

/** What an error is answered with. */
export interface ErrorAnswer extends Pick<Wording, "code" | "message" | "envelope"> {
  /** HTTP status. */
  readonly status: number;
  /** Headers besides the usual ones. */
  readonly headers?: Record<string, string> | undefined;
}

/** Who says it, and where. */
export interface Voice {
  readonly dialect: Dialect;
  /** Name of the call, such as `media_space/upload_image`; `""` for none that there is. */
  readonly endpoint: string;
}

/** Puts a refusal into the platform's words. */
export function describeRefusal({ reason, details }: Refusal, voice: Voice): ErrorAnswer {
  const { code, message, envelope } = wordingFor(reason, voice);
  const { status } = REFUSALS[reason];
  const headers = reason === "wrongMethod" ? { Allow: String(details.want) } : undefined;
  return { code, message: fillIn(message, details), envelope, status, headers };
}

/** How a reason is put. */
export function wordingFor(reason: Reason, { dialect, endpoint }: Voice): Wording {
  const row = REFUSALS[reason];
  if (dialect === "reference") return row.reference;
  const shown = Object.entries(row.samples ?? {}).find(([where]) => endpoint.startsWith(where))?.[1];
  if (shown !== undefined) return shown;
  if (row.by === "gateway" || !endpoint.startsWith("media_space/")) return row.reference;
  return { ...row.reference, code: `product.${row.reference.code}`, source: "guess" };
}

/** Says what is wrong, for the emulator's owner. */
export function hintOf({ reason, details }: Refusal): string {
  return fillIn(REFUSALS[reason].hint, details);
}

function fillIn(text: string, details: Refusal["details"]): string {
  return text.replace(/\{(\w+)\}/g, (_, name: string) => {
    if (!Object.hasOwn(details, name)) throw new TypeError(`The text ${JSON.stringify(text)} needs ${name}`);
    return String(details[name]);
  });
}
