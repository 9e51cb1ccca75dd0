import { chmod, mkdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import type { RequestEvent } from "../../mod.ts";
import { reportRetries, traceRequests } from "../../src/cli/request_listeners.ts";
import { emulate } from "./support/emulate.ts";
import { jsonLines } from "./support/json_lines.ts";
import { environmentOf, runCommand } from "./support/run_command.ts";
import { sampleVideo } from "./support/sample_video.ts";
import { temporaryFolder } from "../support/files.ts";

const PART: RequestEvent = {
  endpoint: "/api/v2/media_space/upload_video_part",
  attempt: 1,
  duration: 5,
  retryAfter: 500,
};
const COMPLETE: RequestEvent = { ...PART, endpoint: "/api/v2/media_space/complete_video_upload" };

function setUp() {
  const lines: string[] = [];
  vi.useFakeTimers({ toFake: ["performance"] });
  onTestFinished(() => void vi.useRealTimers());
  return { report: reportRetries((line) => void lines.push(line)), lines };
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
  const { report, lines } = setUp();

  for (let time = 0; time < 6_000; time += 100) {
    report(PART);
    vi.advanceTimersByTime(100);
  }
  report(COMPLETE);

  expect(lines.map((line) => line.split(" ")[3])).toEqual([
    "upload_video_part,",
    "upload_video_part,",
    "complete_video_upload,",
  ]);
});

describe("--trace", () => {
  test("writes down every attempt, with its request id, in a file for its owner alone", async () => {
    const cwd = await temporaryFolder();
    const emulator = await emulate({
      faults: ["upload_video_part#1:status=503", "complete_video_upload#1:error=error_server"],
    });
    await sampleVideo(cwd, { name: "shoes.mp4" });
    const before = Date.now();

    const run = await runCommand(["upload", "--trace", "trace.jsonl", "shoes.mp4"], {
      cwd,
      env: environmentOf(emulator),
    });

    expect(await run.exit).toBe(0);
    const lines = jsonLines(await readFile(join(cwd, "trace.jsonl"), "utf8"));
    const ids = emulator.requests.map(({ requestId, endpoint }) => ({ requestId, endpoint }));
    expect(lines.map(({ endpoint }) => endpoint)).toEqual(ids.map(({ endpoint }) => endpoint));
    const byShopee = lines.flatMap(({ requestId, endpoint }) =>
      requestId === undefined ? [] : [{ requestId, endpoint }]
    );
    expect(byShopee).toEqual(ids.filter((_, index) => index !== 1)); // A gateway's 503 has none.
    expect(lines[1]).toEqual({
      startedAt: expect.any(String),
      endpoint: "/api/v2/media_space/upload_video_part",
      attempt: 1,
      duration: expect.any(Number),
      status: 503,
      retryAfter: expect.any(Number),
    });
    const times = lines.map(({ startedAt }) => Date.parse(startedAt as string));
    expect(times.every((time) => time >= before - 1 && time <= Date.now())).toBe(true);
    expect((await stat(join(cwd, "trace.jsonl"))).mode & 0o777).toBe(0o600);
  });

  test("goes on in a trace that is there, and takes it from other readers", async () => {
    const path = join(await temporaryFolder(), "trace.jsonl");
    traceRequests(path, () => {})(PART);
    await chmod(path, 0o644);

    traceRequests(path, () => {})(COMPLETE);

    const lines = jsonLines(await readFile(path, "utf8"));
    expect(lines.map(({ endpoint }) => endpoint)).toEqual([PART.endpoint, COMPLETE.endpoint]);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  test("never touches a file that holds something else", async () => {
    const cwd = await temporaryFolder();
    const { path, bytes } = await sampleVideo(cwd);
    await mkdir(join(cwd, "folder"));

    expect(() => traceRequests(path, () => {})).toThrow(`Cannot write the trace ${path}: it holds something else`);
    expect(new Uint8Array(await readFile(path))).toEqual(bytes);
    expect(() => traceRequests(join(cwd, "folder"), () => {})).toThrow("illegal operation on a directory");
    expect(() => traceRequests(join(cwd, "missing", "file"), () => {})).toThrow("no such file or directory");
  });

  test("that fails in the middle is told once, and ends no upload", async () => {
    const path = join(await temporaryFolder(), "trace.jsonl");
    await writeFile(path, "");
    const lines: string[] = [];
    const trace = traceRequests(path, (line) => void lines.push(line));
    await rename(path, `${path}.1`);
    await mkdir(path);

    trace(PART);
    trace(PART);

    expect(lines).toEqual([`Cannot go on with the trace ${path}: illegal operation on a directory`]);
  });
});
