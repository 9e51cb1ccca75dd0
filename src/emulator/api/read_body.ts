import { ConnectionReset } from "../connection_reset.ts";
import { Refusal } from "./refusal.ts";
import { type Fields, wrongField } from "./fields.ts";

/** The fields of a JSON body. */
export async function readJson(request: Request): Promise<Fields> {
  demandType(request, "application/json");
  const body: unknown = parseJson(await request.text().catch(breakOff));
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw new Refusal("error_param", "The body must be a JSON object.");
  }
  return body as Fields;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal("error_param", "The body is not JSON.");
  }
}

/** A multipart body, taken apart. */
export interface Form {
  /** Its text fields. */
  fields: Fields;
  /** Its files, in order, by field name. */
  files(name: string): File[];
}

/** The fields and files of a multipart body. */
export async function readForm(request: Request): Promise<Form> {
  demandType(request, "multipart/form-data");
  const form = await parseForm(request);
  return {
    fields: Object.fromEntries([...form].filter(([, value]) => typeof value === "string")),
    files: (name) => form.getAll(name).filter((value) => typeof value !== "string"),
  };
}

async function parseForm(request: Request): Promise<FormData> {
  try {
    return await request.formData();
  } catch (error) {
    // By the fetch standard what cannot be parsed is a TypeError; all else is a body that did not come to its end.
    if (!(error instanceof TypeError)) return breakOff();
    throw new Refusal("error_param", "The body is not multipart/form-data.");
  }
}

function breakOff(): never {
  throw new ConnectionReset();
}

/** The one file of a field. */
export function oneFile(form: Form, name: string): File {
  const [file, ...more] = form.files(name);
  if (file === undefined || more.length > 0) throw wrongField(name, "must be one file");
  return file;
}

function demandType(request: Request, type: string): void {
  const given = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (given === type) return;
  throw new Refusal("error_param", `Invalid Content-Type: must be ${type}, not ${given ?? "absent"}.`);
}
