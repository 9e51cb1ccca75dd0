import { InvalidInputError } from "../../errors.ts";
import { checkFault } from "./check_fault.ts";
import { type Fault, FAULT_PARAMETERS } from "./fault.ts";

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
