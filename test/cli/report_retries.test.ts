import { expect, onTestFinished, test } from "vitest";
import type { RequestEvent } from "../../mod.ts";
import { reportRetries } from "../../src/cli/report_retries.ts";
import { replaceRuntime } from "../../src/runtime.ts";

const PART: RequestEvent = {
  endpoint: "/api/v2/media_space/upload_video_part",
  attempt: 1,
  duration: 5,
  retryAfter: 500,
};
const COMPLETE: RequestEvent = { ...PART, endpoint: "/api/v2/media_space/complete_video_upload" };

function setUp() {
  const lines: string[] = [];
  const clock = { time: 0 };
  onTestFinished(replaceRuntime({ elapsed: () => clock.time }));
  return { report: reportRetries((line) => void lines.push(line)), lines, clock };
}

test.each<[Partial<RequestEvent>, string]>([
  [{}, "no answer for upload_video_part, trying again (attempt 2)"],
  [{ status: 502, attempt: 2 }, "HTTP 502 instead of an answer for upload_video_part, trying again (attempt 3)"],
  [{ status: 200, error: "error_server" }, "error_server for upload_video_part, trying again (attempt 2)"],
  [{ status: 429, error: "error_rate_limit" }, "error_rate_limit for upload_video_part, trying again (attempt 2)"],
])("%j is told", (event, line) => {
  const { report, lines } = setUp();

  report({ ...PART, ...event });

  expect(lines).toEqual([line]);
});

test.each<Partial<RequestEvent>>([
  { status: 200, error: "", retryAfter: undefined },
  { status: 403, error: "error_sign", retryAfter: undefined },
  { attempt: 6, retryAfter: undefined },
])("%j is not tried again, and not told", (event) => {
  const { report, lines } = setUp();

  report({ ...PART, ...event });

  expect(lines).toEqual([]);
});

test("an attempt that follows at once is not told", () => {
  const { report, lines } = setUp();

  report({ ...PART, status: 403, error: "invalid_acceess_token", retryAfter: 0 });

  expect(lines).toEqual([]);
});

test("of one endpoint, there is a line in three seconds", () => {
  const { report, lines, clock } = setUp();

  for (clock.time = 0; clock.time < 6_000; clock.time += 100) report(PART);
  report(COMPLETE);

  expect(lines.map((line) => line.split(" ")[3])).toEqual([
    "upload_video_part,",
    "upload_video_part,",
    "complete_video_upload,",
  ]);
});
