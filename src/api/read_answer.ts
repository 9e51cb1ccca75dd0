import type { EmptyEnvelope } from "../platform/types/envelope.ts";
import {
  type Fields,
  isEmpty,
  isFields,
  readCode,
  readFields,
  readId,
  readText,
  withFields,
} from "./response_shapes.ts";
import type { ResponseShape } from "./response_shapes.ts";

/** What Shopee has answered. */
export interface Answer {
  /** Its error code, `""` on success. */
  code: string;
  /** Its text, wherever that stood; `""` where there is none. */
  message: string;
  /** Its name for the request; `""` where there is none. */
  requestId: string;
  /** The whole of it, as it came. */
  fields: Fields;
}

/**
 * Reads an answer in any of the shapes that the platform's fronts give it. HTML of a gateway, an empty or a cut-off body,
 * and JSON that has neither `error` nor `response` nor `request_id` are none.
 *
 * Where `error` is left out, `null` or 0, nothing is said about success: it is one only if nothing else speaks against it.
 *
 * @param body What came.
 * @param status HTTP status.
 * @returns The answer, or nothing when it is none, or one that says neither yes nor no.
 */
export function readAnswer(body: string, status: number): Answer | undefined {
  const fields = parseObject(body);
  if (fields === undefined) return undefined;
  const { error } = fields;
  const code = isEmpty(error) ? (looksWell(fields, status) ? "" : undefined) : readCode(error);
  if (code === undefined) return undefined;
  return { code, message: readMessage(fields), requestId: readId(fields.request_id) ?? "", fields };
}

/**
 * Brings a success into the shape that is promised.
 *
 * @param answer A success.
 * @param shape What its `response` must hold, if anything.
 * @returns The envelope, with everything that is unknown in it; nothing when the response lacks what it must hold.
 */
export function readEnvelope(answer: Answer, shape: ResponseShape | undefined): EmptyEnvelope | undefined {
  const { message, requestId, fields } = answer;
  const response = shape?.read(readFields(fields.response));
  if (shape !== undefined && response === undefined) return undefined;
  return withFields(fields, {
    error: "",
    message,
    warning: readText(fields.warning),
    request_id: requestId,
    ...(response && { response }),
  }) as unknown as EmptyEnvelope;
}

function parseObject(body: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return isFields(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Whether an answer without an error code is a success nevertheless: it is Shopee's, and nothing in it says otherwise. */
function looksWell(fields: Fields, status: number): boolean {
  if (status < 200 || status > 299) return false;
  if (!isFields(fields.response) && readId(fields.request_id) === undefined) return false;
  const { code = 0 } = fields;
  return (isEmpty(code) || code === "" || code === "0") && /^(success|ok)?\.?$/i.test(readMessage(fields));
}

function readMessage({ message, msg }: Fields): string {
  const text = readText(message)?.trim() || readText(msg)?.trim() || "";
  return text === "-" ? "" : text;
}
