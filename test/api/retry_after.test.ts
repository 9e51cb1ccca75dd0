import fc from "fast-check";
import { expect, test } from "vitest";
import { parseRetryAfter } from "../../src/api/judge_answer.ts";

const NOW = Date.parse("2026-11-26T08:00:00Z");
const DAY = 86_400_000;

test.each<[header: string | null, wait: number | undefined]>([
  [null, undefined],
  ["", undefined],
  ["soon", undefined],
  ["0", 0],
  ["7", 7_000],
  [" 7 ", 7_000],
  ["007", 7_000],
  ["0.25", 250],
  ["1.0001", 1_001],
  ["-5", undefined],
  ["+5", undefined],
  ["1e3", undefined],
  ["0x10", undefined],
  ["NaN", undefined],
  ["Infinity", undefined],
  ["5 s", undefined],
  ["1, 1", 1_000],
  ["1, 30, 2", 30_000],
  ["1, soon", undefined],
  [",", undefined],
  ["3600", 3_600_000],
  ["86400", DAY],
  ["99999999999999999999", DAY],
  ["9".repeat(400), DAY],
  ["Thu, 26 Nov 2026 08:00:09 GMT", 9_000],
  ["Thursday, 26-Nov-26 08:00:09 GMT", 9_000],
  ["Thu, 26 Nov 2026 07:59:59 GMT", 0],
  ["Thu, 01 Jan 1970 00:00:00 GMT", 0],
  ["Fri, 31 Dec 9999 23:59:59 GMT", DAY],
  ["Thu, 26 Nov 2026 08:00:09 GMT, Thu, 26 Nov 2026 08:00:09 GMT", undefined],
  ["Sat, 13 Sep 275760 00:00:00 GMT", undefined],
  ["2026-11-26T08:00:09Z", undefined],
  // What V8 takes for dates.
  ["1:1 08:00:09", undefined],
  ["7 days", undefined],
  ["1 1", undefined],
])("%j asks for %j ms", (header, wait) => expect(parseRetryAfter(header, NOW)).toBe(wait));

test("whatever is sent, nobody waits for less than nothing or for more than a day", () => {
  fc.assert(fc.property(fc.string(), fc.integer(), (header, now) => {
    const wait = parseRetryAfter(header, now);
    if (wait !== undefined) expect(wait >= 0 && wait <= DAY).toBe(true);
  }));
});
