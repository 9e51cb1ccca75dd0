import { InvalidInputError } from "../errors.ts";
import type { BrokenRule } from "../preflight/broken_rule.ts";

/**
 * Makes one error of all the rules that a file breaks.
 *
 * @param what What the file is.
 * @param broken The rules, at least one.
 * @returns The error.
 */
export function brokenRulesError(what: "video" | "image", broken: BrokenRule[]): InvalidInputError {
  return new InvalidInputError(`Cannot upload the ${what}: ${broken.map(({ reason }) => reason).join("; ")}`);
}
