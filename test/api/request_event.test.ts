import { expect, onTestFinished, test, vi } from "vitest";
import type { CallOptions, MediaManagerOptions, RequestEvent } from "../../mod.ts";
import { managerFor } from "../support/manager_for.ts";
import {
  type Answerer,
  brokenAttempt,
  failure,
  inTurn,
  startRecordingServer,
  success,
} from "../support/recording_server.ts";
import { settle } from "../support/settle.ts";

const endpoint = "/api/v2/media_space/cancel_video_upload";
const duration = expect.any(Number);

test("there is one event for each attempt, and it tells what came of it", async () => {
  const server = await startRecordingServer(inTurn(
    ...brokenAttempt,
    { status: 502, text: "<html>" },
    failure("error_server", "", { status: 500 }),
    success(),
  ));
  const events: RequestEvent[] = [];
  const media = managerFor(server, { retry: { limit: 3, baseDelay: 0 }, onRequest: (event) => events.push(event) });
  await media.cancelVideoUpload({ video_upload_id: "sg_1" });
  expect(events).toEqual([
    { endpoint, attempt: 1, duration, status: undefined, error: undefined, requestId: undefined, retryAfter: 0 },
    { endpoint, attempt: 2, duration, status: 502, error: undefined, requestId: undefined, retryAfter: 0 },
    { endpoint, attempt: 3, duration, status: 500, error: "error_server", requestId: "request-1", retryAfter: 0 },
    { endpoint, attempt: 4, duration, status: 200, error: "", requestId: "request-0" },
  ]);
  for (const { duration } of events) expect(duration).toBeGreaterThanOrEqual(0);
});

test("an attempt that is aborted has its event, too", async () => {
  const controller = new AbortController();
  const server = await startRecordingServer(() => () => controller.abort());
  const events: RequestEvent[] = [];
  const media = managerFor(server, { onRequest: (event) => events.push(event) });
  await settle(media.cancelVideoUpload({ video_upload_id: "sg_1" }, { signal: controller.signal }));
  expect(events).toMatchObject([{ endpoint, attempt: 1 }]);
});

/** The events of a call that is answered so. */
async function eventsOf(answer: Answerer, options: Partial<MediaManagerOptions> = {}): Promise<RequestEvent[]> {
  const server = await startRecordingServer(answer);
  const events: RequestEvent[] = [];
  const retry = { limit: 2, baseDelay: 0 };
  const media = managerFor(server, { retry, onRequest: (event) => events.push(event), ...options });
  await settle(media.cancelVideoUpload({ video_upload_id: "sg_1" }));
  expect(events).toHaveLength(server.requests.length);
  return events;
}

test("an event tells how long the pause is, before it is made", async () => {
  vi.spyOn(Math, "random").mockReturnValue(0.5);
  onTestFinished(() => void vi.restoreAllMocks());
  const events = await eventsOf(inTurn(failure("error_server"), success()), { retry: { limit: 1, baseDelay: 40 } });
  expect(events.map(({ retryAfter }) => retryAfter)).toEqual([20, undefined]);

  // Were the event to come after the pause, this call would never tell of it.
  const asked = Promise.withResolvers<number | undefined>();
  const server = await startRecordingServer(() => failure("error_server", "", { headers: { "Retry-After": "600" } }));
  const controller = new AbortController();
  const media = managerFor(server, {
    retry: { limit: 1 },
    timeout: { total: 900_000 },
    onRequest: ({ retryAfter }) => asked.resolve(retryAfter),
  });
  const call = settle(media.cancelVideoUpload({ video_upload_id: "sg_1" }, { signal: controller.signal }));
  // What the answer asks for, and the own pause on top.
  expect(await asked.promise).toBe(600_250);
  controller.abort();
  await call;
});

test("an attempt that follows at once follows after 0 ms: with a clock set right, with a fresh token", async () => {
  const date = { Date: new Date(Date.now() + 3_600_000).toUTCString() };
  const clock = failure("error_param", "Timestamp is expired.", { headers: date });
  let token = 0;
  const accessToken = { get: () => Promise.resolve(`${token}`), refresh: () => Promise.resolve(`${++token}`) };
  const events = await eventsOf(inTurn(clock, failure("invalid_acceess_token"), success()), { accessToken });
  expect(events.map(({ retryAfter }) => retryAfter)).toEqual([0, 0, undefined]);
});

test.each<[string, Answerer, Partial<MediaManagerOptions>]>([
  ["is final", () => failure("error_sign"), {}],
  ["is one too many", () => failure("error_server"), { retry: { limit: 0 } }],
  ["asks for more time than there is", () => failure("error_server", "", { headers: { "Retry-After": "3600" } }), {}],
  ["refuses a token that cannot be refreshed", () => failure("invalid_acceess_token"), {}],
  ["refuses a token whose refresh fails", () => failure("invalid_acceess_token"), {
    accessToken: { get: () => Promise.resolve("stale"), refresh: () => Promise.reject(new Error("no more tokens")) },
  }],
])("an answer that %s says nothing of another attempt", async (_, answer, options) => {
  const [event, ...others] = await eventsOf(answer, options);
  expect(others).toEqual([]);
  expect(event).toHaveProperty("error");
  expect(event).not.toHaveProperty("retryAfter");
});

test("nor does one that comes when the last attempt was allowed", async () => {
  const last = new AbortController();
  const server = await startRecordingServer(() => {
    last.abort(new Error("no more"));
    return failure("error_server");
  });
  const events: RequestEvent[] = [];
  const media = managerFor(server, { retry: { limit: 2, baseDelay: 0 }, onRequest: (event) => events.push(event) });
  await settle(media.initVideoUpload({ file_md5: "0", file_size: 1 }, { lastAttempt: last.signal } as CallOptions));
  expect(events).toMatchObject([{ attempt: 1, error: "error_server" }]);
  expect(events[0]).not.toHaveProperty("retryAfter");
});

test("a call that sends nothing has no event", async () => {
  const server = await startRecordingServer();
  const events: RequestEvent[] = [];
  const media = managerFor(server, { shopId: undefined, onRequest: (event) => events.push(event) });
  await settle(media.cancelVideoUpload({ video_upload_id: "sg_1" }));
  await settle(media.uploadImage({ image: [] }));
  await settle(media.completeMediaVideoUpload({ video_upload_id: "sg_1" }, { signal: AbortSignal.abort() }));
  expect(events).toEqual([]);
});
