import { readAnswer } from "../../api/read_answer.ts";
import { createRedaction } from "../../api/redact.ts";
import { isFields, readFields, readText } from "../../api/response_shapes.ts";
import type { WireAnswer } from "../../api/send_attempt.ts";
import type { ApiErrorKind } from "../../errors.ts";
import { errorKind } from "../../platform/error_codes.ts";
import type { Call } from "./probes.ts";

/**
 * JSON in which every text is either the platform's own wording, without what it names, or a placeholder for what stood
 * there: `{id}`, `{md5}`, `{url}`, `{ip}`, `{time}` (in s), `{time_ms}`, `{number}`, `{text}`.
 */
export type Skeleton = null | boolean | number | string | Skeleton[] | { [name: string]: Skeleton };

/**
 * What is kept of an answer: everything that is printed or recorded is made of this. It is built from what is known to be
 * harmless, not cleared of what is known to be secret: ids, tokens, signatures, names and links do not get into it.
 */
export interface Reading {
  call: Call;
  /** Whether it was signed for the shop. */
  isForShop: boolean;
  /** How long it took, in ms. */
  ms: number;
  /** Why there is no answer, if there is none. */
  failure?: string;
  /** Whether the call may have reached somebody. */
  wasSent: boolean;
  /** HTTP status; 0 without an answer. */
  status: number;
  /** Whether it tells the time, as the header `Date`. */
  hasDate: boolean;
  /** What the body is. */
  form: "JSON" | "HTML" | "text" | "nothing";
  /** The body, if it is JSON. */
  body?: Skeleton;
  /** The error code, `""` on success; `undefined` when this is no answer of the platform. */
  code?: string;
  /** What is said about it. */
  message: string;
  /** What it asks of a client, if it is an error. */
  kind?: ApiErrorKind;
  /** The upload that it opens, if it does. The one thing that is kept as it came; it is neither compared nor recorded. */
  videoUploadId?: string;
  /** Where the upload stands, if it tells. */
  state?: string;
}

/** What {@linkcode readWireAnswer} needs besides the answer. */
export interface ReadWireAnswerOptions {
  call: Call;
  /** How long it took, in ms. */
  ms: number;
  /** What the call was made with and nobody may see. */
  secrets: string[];
  /** What the call is about: the upload, the partner, the shop. */
  ids: string[];
  /** Whether it was signed for the shop. */
  isForShop: boolean;
}

/** Reads an answer, and forgets what is not to be shown. */
export function readWireAnswer(answer: WireAnswer, options: ReadWireAnswerOptions): Reading {
  const { call, ms, isForShop } = options;
  if (answer.status === undefined) {
    const { code, reason, mayHaveBeenSent: wasSent } = answer;
    return {
      call,
      isForShop,
      ms,
      failure: code ?? reason,
      wasSent,
      status: 0,
      hasDate: false,
      form: "nothing",
      message: "",
    };
  }
  const { status, headers, text } = answer;
  const cover = createCover(options);
  const json = parse(text);
  const said = readAnswer(text, status);
  const response = readFields(readFields(json).response);
  const code = said && cover.name(said.code);
  const message = cover.text(said?.message ?? "");
  return {
    ...{ call, isForShop, ms, wasSent: true, status, hasDate: headers.get("Date") !== null, code, message },
    form: json !== undefined ? "JSON" : /^\s*</.test(text) ? "HTML" : text === "" ? "nothing" : "text",
    ...(json !== undefined && { body: skeletonOf(json, "", cover) }),
    ...(code && { kind: kindOf(code, message, isForShop) }),
    videoUploadId: readText(response.video_upload_id),
    ...(typeof response.status === "string" && { state: cover.name(response.status) }),
  };
}

/** A token that is refused where none was sent: the call wants one. */
function kindOf(code: string, message: string, isForShop: boolean): ApiErrorKind {
  const kind = errorKind(code, message);
  return kind === "token" && !isForShop ? "signing_mode" : kind;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Fields whose texts are the platform's own wording; those of all others only tell of what kind they are. */
const WORDING: ReadonlySet<string> = new Set(["message", "msg", "debug_message", "warning", "reason"]);
const NAMES: ReadonlySet<string> = new Set(["error", "status"]);

function skeletonOf(value: unknown, name: string, cover: Cover): Skeleton {
  if (Array.isArray(value)) return value.map((entry) => skeletonOf(entry, name, cover));
  if (isFields(value)) {
    const entries = Object.entries(value);
    return Object.fromEntries(entries.map(([name, entry]) => [cover.name(name), skeletonOf(entry, name, cover)]));
  }
  if (typeof value === "number") return numberOf(value, cover);
  if (typeof value !== "string") return value as null | boolean;
  if (value === "" || WORDING.has(name)) return cover.text(value);
  if (NAMES.has(name)) return cover.name(value);
  if (/^https?:/i.test(value)) return "{url}";
  if (/(^|_)id$/.test(name)) return "{id}";
  return /^[0-9a-f]{32}$/i.test(value) ? "{md5}" : "{text}";
}

/** Sizes, sides and numbers of entries stay: a large number may be anybody's id. */
function numberOf(value: number, cover: Cover): number | string {
  if (value >= 1e9 && value < 1e11) return "{time}";
  if (value >= 1e12 && value < 1e14) return "{time_ms}";
  return Math.abs(value) < 1e8 && cover.text(`${value}`) === `${value}` ? value : "{number}";
}

/** What is covered in any wording, whatever it may be; in this order. */
const COVERS: readonly (readonly [pattern: RegExp, placeholder: string])[] = [
  // What a terminal would obey instead of showing it.
  [/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu, " "],
  [/https?:\/\/\S+/gi, "{url}"],
  [/\b[0-9a-f]{32}\b/gi, "{md5}"],
  // A token, a signature, an id: long, and of letters and digits, or longer than any word.
  [/(?=[\w+=-]*\d)(?=[\w+=-]*[a-z])[\w+=-]{16,}|[a-z\d]{24,}/gi, "{text}"],
  [/\b\d{1,3}(\.\d{1,3}){3}\b/g, "{ip}"],
  [/\b1\d{12}\b/g, "{time_ms}"],
  [/\b1\d{9}\b/g, "{time}"],
  [/\b\d{9,}\b/g, "{number}"],
];

/** Takes out of what the platform says all that it may name, and keeps the words. */
interface Cover {
  /** Of a wording. */
  text(said: string): string;
  /** Of what should be the name of a field, a code or a status, and is told of as it stands if it looks like one. */
  name(said: string): string;
}

function createCover({ secrets, ids }: ReadWireAnswerOptions): Cover {
  const { text: redact } = createRedaction(secrets);
  // A short one may well be part of something else; no id of the platform is so short.
  const longIds = ids.filter(({ length }) => length > 4);
  const hide = (said: string) => longIds.reduce((left, id) => left.replaceAll(id, "{id}"), redact(said));
  const text = (said: string) =>
    COVERS.reduce((left, [pattern, placeholder]) => left.replace(pattern, placeholder), hide(said));
  return { text, name: (said) => isName(said) && hide(said) === said ? said : text(said) };
}

/** Such as `product.error_param`: words, with hardly a number among them. */
function isName(said: string): boolean {
  const digits = said.match(/\d/g) ?? [];
  return /^[a-z][\w.-]{0,99}$/i.test(said) && digits.length <= 3 &&
    said.split(/[_.-]/).every(({ length }) => length < 24);
}

/** Where the platform answers otherwise than the emulator. */
export interface Difference {
  /**
   * What differs: the HTTP status, the form of the body, the code, the message, whether a header or a field is there at all,
   * what kind of value a field has (a time in s or in ms, say), or its value where that is one of few.
   */
  what: "HTTP status" | "body" | "code" | "message" | "header" | "field" | "kind" | "value";
  /** Which header or field. */
  path?: string;
  /** In which state of the video, where that is not the last one; `unknown`: its id is not known yet. */
  during?: string;
  /** In the emulator's answer; `null`: there is none. */
  emulator: string | number | null;
  /** In Shopee's answer; `null`: there is none. */
  shopee: string | number | null;
}

/** Tells where an answer differs from the emulator's. Which ids, times, links and texts stand in it does not matter. */
export function compareReadings(shopee: Reading, emulator: Reading): Difference[] {
  const differences: Difference[] = [];
  const compare = (what: Difference["what"], of: (reading: Reading) => string | number | null, path?: string) => {
    const values = { emulator: of(emulator), shopee: of(shopee) };
    if (values.emulator !== values.shopee) differences.push({ what, ...(path && { path }), ...values });
  };
  compare("HTTP status", ({ status }) => status);
  compare("header", ({ hasDate }) => hasDate ? "there" : null, "Date");
  compare("body", ({ form }) => form);
  if (shopee.body === undefined || emulator.body === undefined) return differences;
  compare("code", ({ body }) => textOf(body, "error"));
  compare("message", ({ body }) => textOf(body, "message") ?? textOf(body, "msg"));
  return [...differences, ...compareFields(fieldsOf(shopee.body), fieldsOf(emulator.body))];
}

/** A text of the envelope as it stands: `-` is another than none. */
function textOf(body: Skeleton | undefined, name: string): string | null {
  const value = readFields(body)[name];
  return value === undefined || value === null ? null : String(value);
}

/** What is known of all values that stand at one path. */
interface Field {
  kind: string;
  /** The values, where they are compared. */
  value?: string;
}

/** What is compared in words of its own: not twice. */
const ENVELOPE: ReadonlySet<string> = new Set(["error", "message", "msg"]);

function compareFields(shopee: Map<string, Field>, emulator: Map<string, Field>): Difference[] {
  const differences: Difference[] = [];
  for (const path of new Set([...emulator.keys(), ...shopee.keys()])) {
    const ours = emulator.get(path);
    const theirs = shopee.get(path);
    // Of what is not there nothing else is told.
    if (isBelow(path, differences)) continue;
    if (ours?.kind !== theirs?.kind) {
      const what = ours === undefined || theirs === undefined ? "field" : "kind";
      differences.push({ what, path, emulator: ours?.kind ?? null, shopee: theirs?.kind ?? null });
    } else if (ours?.value !== theirs?.value && !ENVELOPE.has(path)) {
      differences.push({ what: "value", path, emulator: ours?.value ?? null, shopee: theirs?.value ?? null });
    }
  }
  return differences;
}

function isBelow(path: string, differences: Difference[]): boolean {
  return differences.some(({ path: above }) => path.startsWith(`${above}.`) || path.startsWith(`${above}[`));
}

const COMPARED = /(^|\.)(error|message|warning|status|reason|part_size)$/;

/** All fields, by paths such as `response.video_url_list[].video_url`. */
function fieldsOf(body: Skeleton): Map<string, Field> {
  const found = new Map<string, { kinds: Set<string>; values: Skeleton[] }>();
  const walk = (value: Skeleton, path: string): void => {
    const field = found.get(path) ?? { kinds: new Set(), values: [] };
    found.set(path, field);
    field.kinds.add(typeOf(value));
    field.values.push(value);
    if (Array.isArray(value)) value.forEach((entry) => walk(entry, `${path}[]`));
    else if (typeof value === "object" && value !== null) {
      for (const [name, entry] of Object.entries(value)) walk(entry, path === "" ? name : `${path}.${name}`);
    }
  };
  walk(body, "");
  return new Map([...found].map(([path, { kinds, values }]) => {
    const kind = [...kinds].sort().join(" or ");
    return [path, COMPARED.test(path) ? { kind, value: values.join(", ") } : { kind }];
  }));
}

const KINDS: Record<string, string> = {
  "{time}": "time in s",
  "{time_ms}": "time in ms",
  "{number}": "number",
  "{url}": "link",
};

function typeOf(value: Skeleton): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "list";
  return KINDS[`${value}`] ?? (typeof value === "string" ? "text" : typeof value);
}
