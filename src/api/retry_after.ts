/**
 * Reads a `Retry-After` header.
 *
 * @param header Its value: seconds, or a date.
 * @param now Milliseconds since 1970, by the clock that the date is meant for.
 * @returns Milliseconds to wait, `undefined` without a readable header.
 * @see https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
 */
export function retryAfter(header: string | null, now: number): number | undefined {
  if (header === null) return undefined;
  if (/^\s*\d+\s*$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
