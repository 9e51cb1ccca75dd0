import { InvalidInputError } from "../errors.ts";

/** The error that says why a file cannot be understood. */
export function unreadable(what: "video" | "image", reason: string, cause?: unknown): InvalidInputError {
  return new InvalidInputError(unreadablePrefix(what) + reason, { cause });
}

/** What comes before the reason in the message of such an error. */
export function unreadablePrefix(what: "video" | "image"): string {
  return `Cannot read the ${what}: `;
}
