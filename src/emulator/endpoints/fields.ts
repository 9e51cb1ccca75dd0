import { Refusal } from "../api/answer.ts";

/** The fields of a JSON object, or of a form. */
export type Fields = Record<string, unknown>;

/** The longest part of a wrong value that is sent back. */
const SHOWN = 64;

/** Tells which field is wrong, and what it is. */
export function wrongField(fields: Fields, name: string, want: string): Refusal {
  const value = fields[name] ?? "";
  // A list or an object can be too deep to be written down again.
  const text = typeof value === "object" ? "" : String(value);
  return new Refusal("wrongField", { name, want, given: text.slice(0, SHOWN) });
}

/** A text that is not empty. */
export function textField(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value !== "string" || value === "") throw wrongField(fields, name, "must be a text that is not empty");
  return value;
}

/** Bounds of a whole number. */
export interface Bounds {
  /** Least value. @default 0 */
  min?: number | undefined;
  /** Greatest value. @default Number.MAX_SAFE_INTEGER */
  max?: number | undefined;
}

/** A whole number, given as a JSON number. */
export function integerField(fields: Fields, name: string, bounds: Bounds = {}): number {
  return checkInteger(fields, name, fields[name], bounds);
}

/** A whole number, given as decimal digits in a form. */
export function digitsField(fields: Fields, name: string, bounds: Bounds = {}): number {
  const value = fields[name];
  if (typeof value !== "string" || !/^\d{1,15}$/.test(value)) throw wrongField(fields, name, "must be a whole number");
  return checkInteger(fields, name, Number(value), bounds);
}

function checkInteger(fields: Fields, name: string, value: unknown, bounds: Bounds): number {
  const { min = 0, max = Number.MAX_SAFE_INTEGER } = bounds;
  if (typeof value !== "number" || !Number.isSafeInteger(value)) {
    throw wrongField(fields, name, "must be a whole number");
  }
  if (value < min || value > max) throw wrongField(fields, name, `must be ${min} to ${max}`);
  return value;
}

/** An MD5 in hex, answered in lower case. */
export function md5Field(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value !== "string" || !/^[0-9a-f]{32}$/i.test(value)) {
    throw wrongField(fields, name, "must be an MD5 in hex");
  }
  return value.toLowerCase();
}

/** A list of whole numbers. */
export function integerListField(fields: Fields, name: string): number[] {
  const value = fields[name];
  if (!Array.isArray(value)) throw wrongField(fields, name, "must be a list of whole numbers");
  return value.map((entry) => checkInteger(fields, name, entry, {}));
}

/** An object. */
export function objectField(fields: Fields, name: string): Fields {
  const value = fields[name];
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw wrongField(fields, name, "must be an object");
  }
  return value as Fields;
}

/** A yes or a no. */
export function booleanField(fields: Fields, name: string): boolean {
  const value = fields[name];
  if (typeof value !== "boolean") throw wrongField(fields, name, "must be true or false");
  return value;
}

/** A list of `least` to `most` values of any kind. */
export function listField(fields: Fields, name: string, most: number, least = 1): unknown[] {
  const value = fields[name];
  if (Array.isArray(value) && value.length >= least && value.length <= most) return value;
  throw wrongField(fields, name, `must be a list of ${least} to ${most}`);
}
