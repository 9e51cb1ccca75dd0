import { isKnownCode } from "../platform/error_codes.ts";

/** Takes secrets out of what is shown. */
export interface Redaction {
  /** Masks every secret in a text. */
  text(text: string): string;
  /** Shows an error code as it stands, or, should a secret stand in it, not at all: half a code names another error. */
  code(code: string): string;
}

const MASK = "[secret]";
/** A secret shorter than this may well be part of a word: it is masked only where it stands alone. */
const LONG = 8;

/**
 * Makes what takes these secrets out of texts, in one pass, the longest first: what a mask is made of is never masked, and
 * of two secrets of which one holds the other none is left in part.
 */
export function createRedaction(secrets: readonly string[]): Redaction {
  const spellings = [...new Set(secrets.flatMap(spellingsOf))].filter((secret) => secret !== "");
  if (spellings.length === 0) return { text: (text) => text, code: (code) => code };
  const patterns = spellings.sort((a, b) => b.length - a.length).map(patternOf);
  const pattern = new RegExp(patterns.join("|"), "gu");
  const shows = (code: string) =>
    spellings.some((secret) => secret.length < LONG ? code === secret : code.includes(secret));
  return {
    text: (text) => text.replace(pattern, MASK),
    code: (code) => shows(code) && !isKnownCode(code) ? MASK : code,
  };
}

/** A secret as it is, and as a URL has it: a gateway may show the query. */
function spellingsOf(secret: string): string[] {
  const inForm = new URLSearchParams({ "": secret }).toString().slice(1);
  return [secret, inForm, inForm.replaceAll("+", "%20")];
}

function patternOf(secret: string): string {
  const literal = secret.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
  return secret.length < LONG ? `(?<![\\p{L}\\p{N}_])${literal}(?![\\p{L}\\p{N}_])` : literal;
}
