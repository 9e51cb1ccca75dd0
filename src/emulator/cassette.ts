import { InvalidInputError } from "../errors.ts";
import { runtime } from "../runtime.ts";
import type { Answer } from "./api/answer.ts";

/** Answers of the platform itself, as `shopee-media conform --record` writes them down: without anything secret. */
export interface Cassette {
  /** Of this format. */
  version: 1;
  /** When they were recorded, in ISO 8601. */
  recordedAt: string;
  /** The answers. */
  entries: CassetteEntry[];
}

/** One recorded answer, and to what kind of request it was given. */
export interface CassetteEntry {
  /** Name of the call, such as `media_space/init_video_upload`; `""` for a path that there is not. */
  call: string;
  /** What is wrong with the request, in the emulator's word for it, such as `wrongSign`; `null`: nothing. */
  refusal: string | null;
  /** More about it, such as which field. Of several answers that of the most similar request is played. */
  details: Record<string, string | number>;
  /** Who has signed it: the app, or the app for a shop. */
  signer: "app" | "shop";
  /** `response.status` of what the emulator itself answers to such a request; `null` where it answers none. */
  state: string | null;
  /** HTTP status. */
  status: number;
  /** What the body is. */
  form: "JSON" | "HTML" | "text" | "nothing";
  /**
   * The body, if it is JSON. `{id}`, `{md5}`, `{url}`, `{ip}`, `{time}` (in s), `{time_ms}`, `{number}` and `{text}` stand for
   * what was in their place; `{name}` and such for a detail of the request. A number is the emulator's own where it has one.
   */
  body?: unknown | undefined;
}

/** Plays what was recorded in the place of what the emulator answers by itself. */
export type PlayCassette = (own: Answer, options: PlayOptions) => Answer;

/** What a recorded answer is filled in with, besides what the emulator answers by itself. */
export interface PlayOptions {
  /** Name of the call. */
  call: string;
  /** Who has signed it. */
  signer: "app" | "shop";
  /** Seconds since 1970, by the platform's clock. */
  seconds: number;
  /** Where the emulator was called. */
  origin: string;
}

/**
 * Makes what plays a cassette. A request that is like none of the recorded ones is answered as without it.
 *
 * @throws {InvalidInputError} When it is no cassette.
 */
export function createCassettePlayer(cassette: Cassette): PlayCassette {
  checkCassette(cassette);
  return (own, options) => {
    const reason = own.refusal?.reason ?? null;
    const candidates = cassette.entries.filter(({ call, refusal }) => call === options.call && refusal === reason);
    if (candidates.length === 0) return own;
    const ownBody = fieldsOf(parse(own.body));
    const state = stateOf(ownBody);
    const details = own.refusal?.details ?? {};
    const ofState = preferred(candidates, (entry) => entry.state === state);
    const ofSigner = preferred(ofState, (entry) => entry.signer === options.signer);
    const likeness = (entry: CassetteEntry) =>
      Object.entries(entry.details).filter(([name, value]) => details[name] === value).length;
    const entry = ofSigner.reduce((best, other) => likeness(other) > likeness(best) ? other : best);
    return { ...own, ...play(entry, { ownBody, state, details, ...options }) };
  };
}

/** Those for which it is so, if there are any. */
function preferred(entries: CassetteEntry[], isSo: (entry: CassetteEntry) => boolean): CassetteEntry[] {
  const found = entries.filter(isSo);
  return found.length > 0 ? found : entries;
}

/** What fills in a recorded answer. */
interface Filling extends PlayOptions {
  /** What the emulator itself answers. */
  ownBody: Fields;
  /** Where the upload stands, as the emulator has it. */
  state: string | null;
  /** Details of the refusal, if it is one. */
  details: Readonly<Record<string, string | number>>;
}

function play(entry: CassetteEntry, filling: Filling): Pick<Answer, "status" | "error" | "headers" | "body"> {
  const { status, form } = entry;
  if (form !== "JSON") {
    const [type, body] = FORMS[form];
    return { status, error: "", headers: { "Content-Type": type }, body };
  }
  const { ownBody, state } = filling;
  const filled = fieldsOf(fill(entry.body, ownBody, filling));
  // Of a state that was not recorded only the emulator itself can tell.
  const body = entry.state === state
    ? filled
    : { ...filled, ...("response" in ownBody && { response: ownBody.response }) };
  const error = typeof body.error === "string" ? body.error : "";
  return { status, error, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
}

const FORMS: Readonly<Record<Exclude<CassetteEntry["form"], "JSON">, readonly [type: string, body: string]>> = {
  HTML: ["text/html", "<html><body>Recorded without its text</body></html>\n"],
  text: ["text/plain", "Recorded without its text\n"],
  nothing: ["text/plain", ""],
};

/** What stands at the place of a placeholder is the emulator's own, where it has the like, and else made up. */
function fill(recorded: unknown, own: unknown, filling: Filling): unknown {
  if (Array.isArray(recorded)) {
    // As many as the emulator has: pictures, above all.
    if (!Array.isArray(own) || recorded.length === 0) return recorded.map((entry) => fill(entry, undefined, filling));
    return own.map((entry, index) => fill(recorded[Math.min(index, recorded.length - 1)], entry, filling));
  }
  if (isFields(recorded)) {
    const ownFields = fieldsOf(own);
    return Object.fromEntries(
      Object.entries(recorded).map(([name, entry]) => [name, fill(entry, ownFields[name], filling)]),
    );
  }
  if (typeof recorded === "number") return typeof own === "number" ? own : recorded;
  if (typeof recorded !== "string") return recorded;
  if (/^\{(id|md5|url|ip|time|time_ms|number|text)\}$/.test(recorded) && isScalar(own)) return own;
  return fillText(recorded, filling);
}

function fillText(text: string, { details, seconds, origin }: Filling): string | number {
  const made: Record<string, string | number> = {
    id: runtime.uuid(),
    md5: runtime.uuid().replaceAll("-", ""),
    url: `${origin}/files/recorded`,
    ip: "127.0.0.1",
    time: seconds,
    time_ms: seconds * 1000,
    number: 0,
    text: "recorded",
    ...details,
    // Which of the two MD5s it was is not known: the one that the request told is always there.
    ...("given" in details && { md5: details.given }),
  };
  const whole = /^\{(\w+)\}$/.exec(text)?.[1];
  if (whole !== undefined && Object.hasOwn(made, whole)) return made[whole]!;
  return text.replace(/\{(\w+)\}/g, (found, name: string) => Object.hasOwn(made, name) ? String(made[name]) : found);
}

type Fields = Record<string, unknown>;

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : {};
}

function isScalar(value: unknown): boolean {
  return typeof value === "string" || typeof value === "number";
}

function stateOf({ response }: Fields): string | null {
  const { status } = fieldsOf(response);
  return typeof status === "string" ? status : null;
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function checkCassette(value: unknown): void {
  const { version, entries } = fieldsOf(value);
  if (version !== 1 || !Array.isArray(entries)) throw new InvalidInputError("The cassette must be of version 1");
  const wrong = entries.findIndex((entry) => !isEntry(fieldsOf(entry)));
  if (wrong >= 0) throw new InvalidInputError(`Entry ${wrong} of the cassette is none`);
}

function isEntry({ call, refusal, details, signer, state, status, form }: Fields): boolean {
  const isText = (value: unknown) => value === null || typeof value === "string";
  return typeof call === "string" && isText(refusal) && isFields(details) && isText(state) &&
    (signer === "app" || signer === "shop") &&
    Number.isInteger(status) && (status as number) >= 200 && (status as number) <= 599 &&
    (form === "JSON" || Object.hasOwn(FORMS, String(form)));
}
