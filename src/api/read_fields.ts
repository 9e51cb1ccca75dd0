/** An object of an answer, whatever it holds. */
export type Fields = Record<string, unknown>;

/** Reads an object; anything else has no fields. */
export function readFields(value: unknown): Fields {
  return isFields(value) ? value : {};
}

/** Whether it is an object with fields: no list, and not `null`. */
export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Reads a list; anything else has no entries. */
export function readList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Reads a text; a number counts as one. */
export function readText(value: unknown): string | undefined {
  return typeof value === "number" ? `${value}` : typeof value === "string" ? value : undefined;
}

/**
 * Reads an id. One that comes as a number is a text from here on. Beyond 2^53 `JSON.parse` has rounded it to the id of
 * something else, so such a number is none; neither is 0, which is what an empty field looks like.
 */
export function readId(value: unknown): string | undefined {
  if (typeof value === "number") return Number.isSafeInteger(value) && value > 0 ? `${value}` : undefined;
  return typeof value === "string" && value.trim() !== "" ? value : undefined;
}

/** Reads a number; a text that is one counts, too. */
export function readNumber(value: unknown): number | undefined {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : undefined;
}

/** Reads an error code: `""` where it says that all is well, nothing where it says nothing that can be read. */
export function readCode(value: unknown): string | undefined {
  const code = readText(value);
  return code === "-" ? "" : code;
}

/** Whether a field holds nothing: some fronts leave an empty one out, others write `null` or 0. */
export function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === 0;
}

/** Sets some fields, and leaves out those that are `undefined`; all others stay as they are. */
export function withFields(fields: Fields, changes: Fields): Fields {
  const changed = { ...fields, ...changes };
  for (const name of Object.keys(changes)) if (changes[name] === undefined) delete changed[name];
  return changed;
}
