import { inspect } from "node:util";
import { InvalidInputError } from "../errors.ts";

/** What a value must be, in words, whether it is that, and whether it may be shown in an error when it is not. */
export type Rule = readonly [want: string, holds: (value: unknown) => boolean, isSecret?: "secret"];

/** A rule for each of some options. */
export type Rules<Options> = { readonly [Name in keyof Required<Options>]: Rule };

export const isObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);
export const isNumber = (value: unknown): value is number => typeof value === "number" && !Number.isNaN(value);
export const isWhole = (min: number, max: number = Number.MAX_SAFE_INTEGER) => (value: unknown): boolean =>
  Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max;
export const isText = (value: unknown): value is string => typeof value === "string" && value !== "";

/** Rules that several options share. */
export const NUMBER: Rule = ["a whole number from 1", isWhole(1)];
export const TEXT: Rule = ["a text that is not empty", isText];
export const SECRET: Rule = ["a text that is not empty", isText, "secret"];
export const FLAG: Rule = ["true or false", (value) => typeof value === "boolean"];
export const MILLISECONDS: Rule = ["0 or more milliseconds", (value) => isNumber(value) && value >= 0];
export const CALLS: Rule = ["a whole number of calls from 0", (value) => value === Infinity || isWhole(0)(value)];
export const OBJECT: Rule = ["an object", isObject];

/**
 * Holds options against the rules for them.
 *
 * @param what Whose they are, such as `startEmulator`, or the name of the option that holds them.
 * @returns The options, without those that are `undefined`.
 * @throws {InvalidInputError} They are no object, one has a name that is not known, or is not what it must be.
 */
export function checkOptions<Options extends object>(what: string, options: unknown, rules: Rules<Options>): Options {
  checkKnownOptions(what, options, Object.keys(rules));
  const given = Object.entries(options as Options).filter(([, value]) => value !== undefined);
  for (const [name, value] of given) {
    const [want, holds, isSecret] = rules[name as keyof Options];
    if (holds(value)) continue;
    const shown = isSecret ? "" : `, not ${show(value)}`;
    throw new InvalidInputError(`The ${name} of ${what} must be ${want}${shown}`);
  }
  return Object.fromEntries(given) as Options;
}

/** As in code: JSON knows no NaN. */
export function show(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(show).join(", ")}]`;
  return typeof value === "string" ? JSON.stringify(value) : inspect(value, { depth: 0 });
}

function checkKnownOptions(what: string, options: unknown, names: readonly string[]): void {
  if (!isObject(options)) {
    throw new InvalidInputError(
      `The options of ${what} must be an object with ${names.join(", ")}, not ${show(options)}`,
    );
  }
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || names.includes(name)) continue;
    const near = nearest(name, names);
    const guess = near === undefined ? "" : ` (did you mean ${near}?)`;
    throw new InvalidInputError(`${what} has no option ${name}${guess}: it has ${names.join(", ")}`);
  }
}

/** Letters by which a slip of the finger differs from what was meant. */
const MAX_EDITS = 2;

function nearest(name: string, names: readonly string[]): string | undefined {
  const edits = names.map((known) => countEdits(name.toLowerCase(), known.toLowerCase()));
  const least = Math.min(...edits);
  return least <= MAX_EDITS ? names[edits.indexOf(least)] : undefined;
}

/** How many letters have to be put in, left out or changed to make one word of another. */
function countEdits(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [index, letter] of [...from].entries()) {
    const next = [index + 1];
    for (let column = 1; column <= to.length; column++) {
      const change = row[column - 1]! + (letter === to[column - 1] ? 0 : 1);
      next.push(Math.min(change, row[column]! + 1, next[column - 1]! + 1));
    }
    row = next;
  }
  return row[to.length]!;
}
