import { InvalidInputError } from "./errors.ts";

/** What a whole number must be. */
export interface WholeNumberRange {
  /** The smallest. */
  from: number;
  /** The largest. @default none */
  to?: number;
  /** Keeps a text that stands in the number's place out of the error: it may be a secret. @default false */
  hideText?: boolean;
}

/**
 * Makes sure that an option is a whole number.
 *
 * @param name The option's name, as the caller writes it.
 * @param value What was given.
 * @param range What is right.
 * @throws {InvalidInputError} It is not.
 */
export function checkWholeNumber(name: string, value: unknown, range: WholeNumberRange): void {
  const { from, to = Infinity, hideText = false } = range;
  if (Number.isSafeInteger(value) && (value as number) >= from && (value as number) <= to) return;
  const right = `a whole number from ${from}${to === Infinity ? "" : ` to ${to}`}`;
  refuseOption(name, right, hideText && typeof value === "string" ? "a text" : describeValue(value));
}

/**
 * Refuses an option.
 *
 * @param name The option's name, as the caller writes it.
 * @param right What would be right.
 * @param shown What was given, in words.
 * @throws {InvalidInputError} Always.
 */
export function refuseOption(name: string, right: string, shown: string): never {
  throw new InvalidInputError(`The ${name} must be ${right}, not ${shown}`);
}

/**
 * Says what a value is, for an error.
 *
 * @param value Anything but a secret.
 * @returns Such as `"shoes"`, `left out`, `a function`.
 */
export function describeValue(value: unknown): string {
  if (value === undefined) return "left out";
  if (typeof value === "string") return JSON.stringify(value);
  if (["number", "bigint", "boolean"].includes(typeof value) || value === null) return `${value}`;
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
