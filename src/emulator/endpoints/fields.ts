import { Refusal } from "../api/refusal.ts";

/** The fields of a JSON object, or of a form. */
export type Fields = Record<string, unknown>;

/** Tells which field is wrong, the way the platform does. */
export function wrongField(name: string, want: string): Refusal {
  return new Refusal("wrongField", name, want);
}

/** A text that is not empty. */
export function textField(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value !== "string" || value === "") throw wrongField(name, "must be a text that is not empty");
  return value;
}

/** Bounds of a whole number. */
export interface Bounds {
  /** Least value. @default 0 */
  min?: number;
  /** Greatest value. @default Number.MAX_SAFE_INTEGER */
  max?: number;
}

/** A whole number, given as a JSON number. */
export function integerField(fields: Fields, name: string, bounds: Bounds = {}): number {
  return checkInteger(fields[name], name, bounds);
}

/** A whole number, given as decimal digits in a form. */
export function digitsField(fields: Fields, name: string, bounds: Bounds = {}): number {
  const value = fields[name];
  if (typeof value !== "string" || !/^\d{1,15}$/.test(value)) throw wrongField(name, "must be a whole number");
  return checkInteger(Number(value), name, bounds);
}

function checkInteger(value: unknown, name: string, { min = 0, max = Number.MAX_SAFE_INTEGER }: Bounds): number {
  if (typeof value !== "number" || !Number.isSafeInteger(value)) throw wrongField(name, "must be a whole number");
  if (value < min || value > max) throw wrongField(name, `must be ${min} to ${max}`);
  return value;
}

/** An MD5 in hex, answered in lower case. */
export function md5Field(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value !== "string" || !/^[0-9a-f]{32}$/i.test(value)) throw wrongField(name, "must be an MD5 in hex");
  return value.toLowerCase();
}

/** A list of whole numbers. */
export function integerListField(fields: Fields, name: string): number[] {
  const value = fields[name];
  if (!Array.isArray(value)) throw wrongField(name, "must be a list of whole numbers");
  return value.map((entry) => checkInteger(entry, name, {}));
}

/** An object. */
export function objectField(fields: Fields, name: string): Fields {
  const value = fields[name];
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw wrongField(name, "must be an object");
  return value as Fields;
}
