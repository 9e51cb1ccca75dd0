import { InvalidInputError } from "../errors.ts";

/** An object of a parsed push. */
export type JsonObject = Record<string, unknown>;

interface FieldTypes {
  string: string;
  number: number;
  list: unknown[];
  object: JsonObject;
}

/**
 * Reads the last name of `path` out of `parent`. `null` and `""` count as absent: Shopee sends them for what it has
 * nothing to tell about.
 */
export function optionalField<Type extends keyof FieldTypes>(
  parent: JsonObject,
  path: string,
  type: Type,
): FieldTypes[Type] | undefined {
  const value = parent[path.slice(path.lastIndexOf(".") + 1)];
  if (value === undefined || value === null || value === "") return undefined;
  if (typeOf(value) !== type) {
    throw new InvalidInputError(`Cannot read the push: ${path} is ${named(typeOf(value))}, must be ${named(type)}`);
  }
  return value as FieldTypes[Type];
}

/** Like {@linkcode optionalField}, for a field without which the push says nothing. */
export function requiredField<Type extends keyof FieldTypes>(
  parent: JsonObject,
  path: string,
  type: Type,
): FieldTypes[Type] {
  const value = optionalField(parent, path, type);
  if (value === undefined) {
    throw new InvalidInputError(`Cannot read the push: ${path} is missing, must be ${named(type)}`);
  }
  return value;
}

function typeOf(value: unknown): string {
  return Array.isArray(value) ? "list" : typeof value;
}

function named(type: string): string {
  return type === "object" ? "an object" : `a ${type}`;
}
