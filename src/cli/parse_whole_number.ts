import { InvalidArgumentError } from "commander";

/**
 * Makes a parser of an option's value that takes whole numbers of a range.
 *
 * @param min The least number.
 * @param max The greatest number.
 * @returns The parser.
 */
export function parseWholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^-?\d+$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
  };
}
