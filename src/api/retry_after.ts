/** No limit of the platform's lasts longer than a day, in ms: what asks for more is taken for this. */
const LONGEST_WAIT = 86_400_000;

/**
 * Reads a `Retry-After` header.
 *
 * @param header The header, or `null`. Where several were sent it holds them all, and the longest counts.
 * @param now Ms since 1970, by the clock of who wrote it.
 * @returns Ms to wait, 0 for a time that has gone by; nothing where nobody can tell.
 * @see https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
 */
export function parseRetryAfter(header: string | null, now: number): number | undefined {
  const values = (header ?? "").split(",").map((value) => value.trim());
  if (values.every((value) => /^\d+(\.\d+)?$/.test(value))) {
    return Math.min(LONGEST_WAIT, Math.ceil(Math.max(...values.map(Number)) * 1000));
  }
  const date = parseDate(header);
  return date === undefined ? undefined : Math.min(LONGEST_WAIT, Math.max(0, date - now));
}

/** Reads a date as HTTP has it, with a year of four digits: ms since 1970. Runtimes take almost anything for a date. */
export function parseDate(header: string | null): number | undefined {
  if (header === null || !/^[A-Z][a-z]{2}.*\d\d:\d\d:\d\d/.test(header) || /\d{5}/.test(header)) return undefined;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : date;
}
