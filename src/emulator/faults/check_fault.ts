import { inspect } from "node:util";
import { API_ROOT, ENDPOINTS } from "../api/endpoints.ts";
import {
  type Fault,
  FAULT_PARAMETERS,
  type FaultKind,
  type FaultParameter,
  NEEDED_PARAMETERS,
  PUSH,
  PUSH_FAULTS,
} from "./fault.ts";

const PATHS = [...Object.keys(ENDPOINTS).map((name) => `${API_ROOT}${name}`), PUSH];

type Rule = [want: string, holds: (value: unknown) => boolean];

const isNumber = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value);
const isWhole = (min: number, max: number) => (value: unknown) =>
  isNumber(value) && Number.isInteger(value) && value >= min && value <= max;
const hasBody = (status: unknown) => ![204, 205, 304].includes(status as number);
const isText = (value: unknown) => typeof value === "string" && value !== "";
const isCall = isWhole(1, Number.MAX_SAFE_INTEGER);

const WHEN: Record<"endpoint" | "calls" | "every" | "probability" | "seed", Rule> = {
  endpoint: ["*, the name of an endpoint, or push", isKnownEndpoint],
  calls: [
    "a whole number from 1, or several",
    (value) => Array.isArray(value) ? value.length > 0 && value.every(isCall) : isCall(value),
  ],
  every: ["a whole number from 1", isCall],
  probability: ["0 to 1", (value) => isNumber(value) && value >= 0 && value <= 1],
  seed: ["a whole number", isWhole(0, 2 ** 32 - 1)],
};

const WHAT: Record<FaultParameter, Rule> = {
  ms: ["0 or more milliseconds", (value) => isNumber(value) && value >= 0],
  status: ["an HTTP status from 200 to 599 that has a body", (value) => isWhole(200, 599)(value) && hasBody(value)],
  error: ["an error code", isText],
  message: ["a text", (value) => typeof value === "string"],
  retryAfter: ["whole seconds", isWhole(0, 1e9)],
  retryAfterDate: ["whole seconds", isWhole(0, 1e9)],
  after: ["true or false", (value) => typeof value === "boolean"],
  bytesPerSecond: ["more than 0", (value) => isNumber(value) && value > 0],
  offset: ["a number of seconds", isNumber],
  limit: ["a whole number from 0", isWhole(0, Number.MAX_SAFE_INTEGER)],
  image: ["a whole number from 0", isWhole(0, Number.MAX_SAFE_INTEGER)],
};

/**
 * Makes sure that a value is a fault.
 *
 * @returns It, without fields that are `undefined`.
 * @throws {TypeError} When it is none, naming the field at fault.
 */
export function checkFault(value: unknown): Fault {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new TypeError(`A fault must be an object, not ${show(value)}`);
  }
  const fields = Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined));
  const kind = checkKind(fields.kind);
  const allowed: Record<string, Rule> = { ...WHEN };
  for (const parameter of FAULT_PARAMETERS[kind]) allowed[parameter] = WHAT[parameter];
  for (const [name, field] of Object.entries(fields)) {
    if (name === "kind") continue;
    const rule = allowed[name];
    if (rule === undefined) throw new TypeError(`The fault ${kind} takes no ${name}: it takes ${names(allowed)}`);
    if (!rule[1](field)) throw new TypeError(`${name} must be ${rule[0]}, not ${show(field)}`);
  }
  if (PUSH_FAULTS.has(kind) !== (fields.endpoint === PUSH)) {
    throw new TypeError(`Of the endpoint ${PUSH}, and of it alone, are the faults ${[...PUSH_FAULTS].join(", ")}`);
  }
  const needed = NEEDED_PARAMETERS[kind];
  if (needed !== undefined && !(needed in fields)) throw new TypeError(`The fault ${kind} needs ${needed}`);
  if (["calls", "every", "probability"].filter((name) => name in fields).length > 1) {
    throw new TypeError("A fault takes only one of calls, every and probability");
  }
  return { ...fields, kind };
}

function checkKind(kind: unknown): FaultKind {
  if (typeof kind === "string" && Object.hasOwn(FAULT_PARAMETERS, kind)) return kind as FaultKind;
  throw new TypeError(`There is no fault ${show(kind)}: there are ${names(FAULT_PARAMETERS)}`);
}

function isKnownEndpoint(value: unknown): boolean {
  return typeof value === "string" && PATHS.some((path) => matchesEndpoint(value, path));
}

/**
 * Tells whether a path is meant.
 *
 * @param endpoint `*`, `upload_video_part`, or `media/upload_video_part`; `push`, which is none.
 * @param path Such as `/api/v2/media/upload_video_part`, or `push`.
 */
export function matchesEndpoint(endpoint: string, path: string): boolean {
  if (path === PUSH) return endpoint === PUSH;
  return endpoint === "*" || (path.startsWith(API_ROOT) && path.endsWith(`/${endpoint}`));
}

function names(record: object): string {
  return Object.keys(record).join(", ");
}

/** As in code: JSON knows no NaN. */
function show(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(show).join(", ")}]`;
  return typeof value === "string" ? JSON.stringify(value) : inspect(value);
}
