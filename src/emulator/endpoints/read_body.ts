import { getMultipartBoundary, type MultipartPart, parseMultipart } from "@remix-run/multipart-parser";
import { Refusal } from "../api/answer.ts";
import { ConnectionReset } from "../server/network.ts";
import type { Fields } from "./fields.ts";

/** Bytes of the longest JSON. */
const MAX_JSON = 1_048_576;
/** Bytes that a form may have besides what is allowed in its files: one that is a little too large has its own error. */
const LEEWAY = 33_554_432;

/** The fields of a JSON body. */
export async function readJson(request: Request): Promise<Fields> {
  demandType(request, "application/json");
  const body: unknown = parseJson(new TextDecoder().decode(await readBytes(request, MAX_JSON)));
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw new Refusal("noJsonObject");
  }
  return body as Fields;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal("noJson");
  }
}

/** A multipart body, taken apart. */
export interface Form {
  /** Its text fields. */
  fields: Fields;
  /** The bytes of its files, in order, by field name. */
  files(name: string): Uint8Array[];
}

/** The fields and files of a multipart body; `largest` bytes of files are allowed in it. */
export async function readForm(request: Request, largest: number): Promise<Form> {
  demandType(request, "multipart/form-data");
  const body = await readBytes(request, largest + LEEWAY);
  try {
    return takeApart(body, request.headers.get("content-type") ?? "");
  } catch {
    throw new Refusal("noForm");
  }
}

function takeApart(body: Uint8Array, contentType: string): Form {
  const boundary = getMultipartBoundary(contentType) ?? "";
  const parts = [...parseMultipart(body, { boundary, maxFileSize: Infinity })];
  const texts = parts.filter(({ isText }) => isText);
  return {
    fields: Object.fromEntries(texts.map(({ name, text }) => [name, text])),
    files: (name) => parts.filter((part) => part.isFile && part.name === name).map(contentOf),
  };
}

/** Not copied, as `bytes` would do it. */
function contentOf({ content: [first = new Uint8Array()] }: MultipartPart): Uint8Array {
  return first;
}

/** The whole body, which has `most` bytes: no more than that are ever held. */
async function readBytes(request: Request, most: number): Promise<Uint8Array> {
  const length = request.headers.get("content-length");
  if (Number(length) > most) throw new Refusal("bodyTooLarge", { most });
  // A server lets no more come than was said. In one piece: on Node that takes 6.4 CPU s/GiB of parts, hashing and storing
  // them included; in a stream of chunks 7.2, and with `formData` 8.5.
  if (length !== null) return new Uint8Array(await request.arrayBuffer().catch(breakOff));

  const chunks: Uint8Array<ArrayBuffer>[] = [];
  const reader = request.body?.getReader();
  let size = 0;
  while (true) {
    const { done, value } = await reader?.read().catch(breakOff) ?? { done: true };
    if (done) return await new Blob(chunks).bytes();
    size += value.length;
    if (size > most) throw new Refusal("bodyTooLarge", { most });
    chunks.push(value);
  }
}

function breakOff(): never {
  throw new ConnectionReset();
}

/** The one file of a field. */
export function oneFile(form: Form, name: string): Uint8Array {
  const [file, ...more] = form.files(name);
  if (file === undefined || more.length > 0) throw new Refusal("noFile", { name });
  return file;
}

/** The files of a field that takes several images. */
export function imageFiles(form: Form, name: string, most: number): Uint8Array[] {
  const files = form.files(name);
  const { length: count } = files;
  if (count === 0) throw new Refusal("noImage", { name, most });
  if (count > most) throw new Refusal("tooManyImages", { name, most, count });
  return files;
}

function demandType(request: Request, type: string): void {
  const given = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (given === type) return;
  throw new Refusal("wrongContentType", { given: given ?? "absent", want: type });
}
