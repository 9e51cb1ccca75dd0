import { expect, onTestFinished, test } from "vitest";
import type { CallOptions } from "../../mod.ts";
import { replaceRuntime } from "../../src/runtime.ts";
import { noise } from "../support/bytes.ts";
import { managerFor } from "../support/manager_for.ts";
import { failure, inTurn, startRecordingServer, success, wellDone } from "../support/recording_server.ts";
import { runtime } from "../support/runtime.ts";
import { settle, until } from "../support/settle.ts";

const RETRY = { limit: 3, baseDelay: 1 };
const SIZE = 1_500_000;
const PART = { video_upload_id: "sg_1", part_seq: 0, part_md5: "0", part_content: noise(SIZE) };

const INIT = { business: 3, scene: 1, file_name: "shoes.mp4", file_size: SIZE, duration: 12 };

test("onSent tells the bytes of the file that went out, from the beginning in each attempt, where they can be seen", async () => {
  const server = await startRecordingServer(inTurn(failure("error_server"), success()));
  const sent: number[] = [];
  await managerFor(server, { retry: RETRY }).uploadMediaVideoPart(PART, { onSent: (bytes) => sent.push(bytes) });
  if (runtime === "deno") return expect(sent).toEqual([]);
  const again = sent.indexOf(SIZE) + 1;
  for (const attempt of [sent.slice(0, again), sent.slice(again)]) {
    expect(attempt.length).toBeGreaterThan(1);
    expect(attempt).toEqual(attempt.toSorted((a, b) => a - b));
    // Not a byte of what stands around the file in the form.
    expect(attempt.at(-1)).toBe(SIZE);
  }
});

test("lastAttempt lets the attempt under way end, whatever comes of it", async () => {
  const answer = Promise.withResolvers<void>();
  const server = await startRecordingServer(async (request, index) => {
    await answer.promise;
    return await wellDone(request, index);
  });
  const last = new AbortController();
  const call = managerFor(server, { retry: RETRY }).initMediaVideoUpload(
    INIT,
    { lastAttempt: last.signal } as CallOptions,
  );
  await until(() => server.requests.length === 1);
  last.abort(new Error("no more"));
  answer.resolve();
  expect((await call).error).toBe("");
});

test("lastAttempt lets no other attempt begin", async () => {
  const last = new AbortController();
  const server = await startRecordingServer(() => {
    last.abort(new Error("no more"));
    return failure("error_server", "", { headers: { "Retry-After": "1" } });
  });
  const call = managerFor(server, { retry: RETRY }).initMediaVideoUpload(
    INIT,
    { lastAttempt: last.signal } as CallOptions,
  );
  expect((await settle(call)).error).toBe(last.signal.reason);
  expect(server.requests).toHaveLength(1);
});

test("lastAttempt that has fired already lets none begin", async () => {
  const server = await startRecordingServer();
  const fired = AbortSignal.abort(new Error("no more"));
  const call = managerFor(server).initMediaVideoUpload(INIT, { lastAttempt: fired } as CallOptions);
  expect((await settle(call)).error).toBe(fired.reason);
  expect(server.requests).toHaveLength(0);
});

test("lastAttempt that fires while the request is being signed lets it not begin", async () => {
  const server = await startRecordingServer();
  const last = new AbortController();
  onTestFinished(replaceRuntime({
    hmacSha256: () => () => {
      last.abort(new Error("no more"));
      return Promise.resolve("f".repeat(64));
    },
  }));
  const call = managerFor(server).initMediaVideoUpload(INIT, { lastAttempt: last.signal } as CallOptions);
  expect((await settle(call)).error).toBe(last.signal.reason);
  expect(server.requests).toHaveLength(0);
});
