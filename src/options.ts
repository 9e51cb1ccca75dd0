import { InvalidInputError, ShopeeMediaError } from "./errors.ts";
import { oldRuntime } from "./runtime.ts";

/**
 * Makes sure that what this package is built upon is there, before anything is begun.
 *
 * @throws {ShopeeMediaError} The runtime is too old.
 */
export function checkRuntime(): void {
  const old = oldRuntime();
  if (old === undefined) return;
  throw new ShopeeMediaError(`Cannot work on ${old}: Node 22.12 or later is needed, or another runtime from 2024 on`);
}

/** What a whole number must be. */
export interface WholeNumberRange {
  /** The smallest. */
  from: number;
  /** The largest. @default none */
  to?: number | undefined;
  /** Keeps a text that stands in the number's place out of the error: it may be a secret. @default false */
  hideText?: boolean | undefined;
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
 * Makes sure that options are an object, and that each of them has a name that is known. Those that are `undefined` do not
 * count.
 *
 * @param what Whose they are, such as `createVideoUploadSink`, or, of options within one, its name, such as `retry`.
 * @param options What was given.
 * @param names All names that are known.
 * @param ignored Names that are let pass, and not told to who has written a wrong one. @default none
 * @throws {InvalidInputError} A name is unknown; the message has the known ones, and which was probably meant.
 */
export function checkKnownOptions(
  what: string,
  options: unknown,
  names: readonly string[],
  ignored: readonly string[] = [],
): void {
  const isObject = typeof options === "object" && options !== null;
  if (!isObject || Array.isArray(options) || "then" in options || "aborted" in options) {
    const shown = typeof options === "string" ? "a text" : describeValue(options);
    throw new InvalidInputError(`The options of ${what} must be an object with ${names.join(", ")}, not ${shown}`);
  }
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || names.includes(name) || ignored.includes(name)) continue;
    const near = nearest(name, names);
    const guess = near === undefined ? "" : ` (did you mean ${near}?)`;
    throw new InvalidInputError(`${what} has no option ${name}${guess}: it has ${names.join(", ")}`);
  }
}

/**
 * Makes sure that an option is a function.
 *
 * @param name The option's name, as the caller writes it.
 * @param value What was given; `undefined` is right.
 * @throws {InvalidInputError} It is something else.
 */
export function checkFunction(name: string, value: unknown): void {
  if (value !== undefined && typeof value !== "function") refuseOption(name, "a function", describeValue(value));
}

/**
 * Makes sure that an option is an `AbortSignal`, whichever implementation's.
 *
 * @param name The option's name, as the caller writes it.
 * @param value What was given; `undefined` is right.
 * @throws {InvalidInputError} It is something else.
 */
export function checkSignal(name: string, value: unknown): void {
  const signal = value as AbortSignal | undefined | null;
  if (signal === undefined) return;
  if (typeof signal?.aborted === "boolean" && typeof signal.addEventListener === "function") return;
  const hint = signal instanceof AbortController ? "an AbortController: give its signal" : describeValue(signal);
  refuseOption(name, "an AbortSignal", hint);
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
  if (typeof value !== "object") return `a ${typeof value}`;
  if (Array.isArray(value)) return "an array";
  if ("aborted" in value) return "an AbortSignal: give { signal }";
  return "then" in value ? "a promise: await it first" : "an object";
}

/** The name that somebody may have meant who wrote `name`: written in another way, or with a letter or two wrong. */
function nearest(name: string, names: readonly string[]): string | undefined {
  const plain = (text: string) => text.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
  const distances = names.map((known) => distance(plain(name), plain(known)));
  const least = Math.min(...distances);
  return least <= Math.min(2, name.length / 3) ? names[distances.indexOf(least)] : undefined;
}

/** How many letters have to be put in, left out or changed to make `b` of `a`. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(changed, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
