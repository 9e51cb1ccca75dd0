import type { Envelope } from "../platform/types/envelope.ts";

/**
 * Reads an answer of the platform.
 *
 * @param text The body.
 * @returns The envelope; `undefined` for what is none: HTML of a gateway, an empty or a cut-off body, other JSON.
 */
export function parseEnvelope(text: string): Envelope<unknown> | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return isEnvelope(value) ? value : undefined;
}

function isEnvelope(value: unknown): value is Envelope<unknown> {
  return typeof value === "object" && value !== null && "error" in value && typeof value.error === "string";
}
