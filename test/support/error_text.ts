import { inspect } from "node:util";

/**
 * Everything that an error could show in a log: its text, its stack, its fields, its causes, whichever way it is printed.
 */
export function textOfError(error: unknown, depth: number = 0): string {
  if (depth > 8 || (typeof error !== "object" && typeof error !== "function") || error === null) return `${error}`;
  const own = Object.getOwnPropertyNames(error).map((name) => {
    const value = (error as Record<string, unknown>)[name];
    return `${name}: ${textOfError(value, depth + 1)}`;
  });
  return [`${error}`, inspect(error, { depth: 10, showHidden: true }), JSON.stringify(error), ...own].join("\n");
}
