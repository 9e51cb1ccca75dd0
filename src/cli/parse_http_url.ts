import { InvalidArgumentError } from "commander";

/**
 * Parses an option's value that is a URL.
 *
 * @param text The value.
 * @returns It, as it was written: pushes are signed with the very bytes.
 */
export function parseHttpUrl(text: string): string {
  if (/^https?:/i.test(text) && URL.canParse(text)) return text;
  throw new InvalidArgumentError("It must be a URL of http or https.");
}
