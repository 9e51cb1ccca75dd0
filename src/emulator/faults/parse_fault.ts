import { InvalidInputError } from "../../errors.ts";
import { API_ROOT, ENDPOINTS } from "../api/endpoints.ts";
import {
  checkOptions,
  FLAG,
  isNumber,
  isObject,
  isText,
  isWhole,
  MILLISECONDS,
  type Rule,
  type Rules,
  show,
} from "../check_options.ts";
import {
  type Fault,
  FAULT_PARAMETERS,
  type FaultKind,
  type FaultParameter,
  NEEDED_PARAMETERS,
  PUSH,
  PUSH_FAULTS,
} from "./fault.ts";

/**
 * Reads a fault from text, such as a command line has it: `ENDPOINT[#CALLS]:KIND[=VALUE][,NAME=VALUE…]`.
 *
 * - `ENDPOINT`: `*`, `upload_video_part` (of both modules), `media/upload_video_part`, or `push`.
 * - `CALLS`: `2`, `2+5`, `/3` (every third), or `10%`; every call without it.
 * - `KIND`: one of {@linkcode FaultKind}; `=VALUE` sets its main parameter (`stall-before=2000` sets `ms`).
 * - `NAME=VALUE`: any other field of {@linkcode Fault}, percent-encoded where it holds a comma; `NAME` alone is `true`.
 *
 * @param text The fault.
 * @returns It.
 * @throws {InvalidInputError} When the text is no fault, naming what is wrong with it.
 * @example
 * ```ts
 * import { parseFault } from "shopee-media/emulator";
 *
 * parseFault("upload_video_part#2:reset-after");
 * parseFault("*#10%:status=503,retryAfter=1,seed=7");
 * parseFault("push#1:drop");
 * parseFault("media/complete_video_upload#1+2:error=error_server,status=500,message=Please try again");
 * ```
 */
export function parseFault(text: string): Fault {
  const match = /^([^#:]+)(?:#([^:]+))?:([^,]+)(?:,(.*))?$/.exec(text);
  if (match === null) {
    throw new InvalidInputError(
      `Cannot read the fault ${JSON.stringify(text)}: it must be ENDPOINT[#CALLS]:KIND[,NAME=VALUE…]`,
    );
  }
  const [, endpoint, calls, what = "", rest] = match;
  const [kind = "", value] = splitPair(what);
  try {
    return checkFault({
      kind,
      endpoint,
      ...(calls !== undefined && parseCalls(calls)),
      ...(value !== undefined && { [mainParameter(kind)]: parseValue(mainParameter(kind), value) }),
      ...Object.fromEntries((rest?.split(",") ?? []).map(parseParameter)),
    });
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    throw new InvalidInputError(`Cannot read the fault ${JSON.stringify(text)}: ${error.message}`, { cause: error });
  }
}

function parseCalls(text: string): Partial<Fault> {
  const every = /^\/(\d+)$/.exec(text)?.[1];
  if (every !== undefined) return { every: Number(every) };
  const percent = /^(\d+(?:\.\d+)?)%$/.exec(text)?.[1];
  if (percent !== undefined) return { probability: Number(percent) / 100 };
  if (/^\d+(\+\d+)*$/.test(text)) return { calls: text.split("+").map(Number) };
  throw new InvalidInputError(`the calls must be such as 2, 2+5, /3 or 10%, not ${JSON.stringify(text)}`);
}

function parseParameter(text: string): [string, unknown] {
  const [name = "", value] = splitPair(text);
  return [name, value === undefined ? true : parseValue(name, value)];
}

function mainParameter(kind: string): string {
  const parameter = FAULT_PARAMETERS[kind as keyof typeof FAULT_PARAMETERS]?.[0];
  // An unknown kind is for checkFault to tell of.
  if (parameter === undefined && kind in FAULT_PARAMETERS) {
    throw new InvalidInputError(`the fault ${kind} takes no value`);
  }
  return parameter ?? "value";
}

function parseValue(name: string, text: string): unknown {
  if (name === "error" || name === "message") return decodeURIComponent(text);
  if (text === "true" || text === "false") return text === "true";
  return text === "" || Number.isNaN(Number(text)) ? text : Number(text);
}

function splitPair(text: string): [string, string?] {
  const index = text.indexOf("=");
  return index < 0 ? [text] : [text.slice(0, index), text.slice(index + 1)];
}

const PATHS = [...Object.keys(ENDPOINTS).map((name) => `${API_ROOT}${name}`), PUSH];

const hasBody = (status: unknown) => ![204, 205, 304].includes(status as number);
const isCall = isWhole(1);

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
  ms: MILLISECONDS,
  status: ["an HTTP status from 200 to 599 that has a body", (value) => isWhole(200, 599)(value) && hasBody(value)],
  error: ["an error code", isText],
  message: ["a text", (value) => typeof value === "string"],
  retryAfter: ["whole seconds", isWhole(0, 1e9)],
  retryAfterDate: ["whole seconds", isWhole(0, 1e9)],
  after: FLAG,
  bytesPerSecond: ["more than 0", (value) => isNumber(value) && value > 0],
  offset: ["a number of seconds", Number.isFinite],
  limit: ["a whole number from 0", isWhole(0)],
  image: ["a whole number from 0", isWhole(0)],
};

/**
 * Makes sure that a value is a fault.
 *
 * @returns It, without fields that are `undefined`.
 * @throws {InvalidInputError} When it is none, naming the field at fault.
 */
export function checkFault(value: unknown): Fault {
  if (!isObject(value)) throw new InvalidInputError(`A fault must be an object, not ${show(value)}`);
  const { kind: given, ...rest } = value as Partial<Fault>;
  const kind = checkKind(given);
  const rules: Record<string, Rule> = { ...WHEN };
  for (const parameter of FAULT_PARAMETERS[kind]) rules[parameter] = WHAT[parameter];
  const fields = checkOptions<Omit<Fault, "kind">>(`the fault ${kind}`, rest, rules as Rules<Omit<Fault, "kind">>);
  if (PUSH_FAULTS.has(kind) !== (fields.endpoint === PUSH)) {
    throw new InvalidInputError(
      `Of the endpoint ${PUSH}, and of it alone, are the faults ${[...PUSH_FAULTS].join(", ")}`,
    );
  }
  const needed = NEEDED_PARAMETERS[kind];
  if (needed !== undefined && !(needed in fields)) throw new InvalidInputError(`The fault ${kind} needs ${needed}`);
  if (["calls", "every", "probability"].filter((name) => name in fields).length > 1) {
    throw new InvalidInputError("A fault takes only one of calls, every and probability");
  }
  return { ...fields, kind };
}

function checkKind(kind: unknown): FaultKind {
  if (typeof kind === "string" && Object.hasOwn(FAULT_PARAMETERS, kind)) return kind as FaultKind;
  throw new InvalidInputError(`There is no fault ${show(kind)}: there are ${Object.keys(FAULT_PARAMETERS).join(", ")}`);
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
