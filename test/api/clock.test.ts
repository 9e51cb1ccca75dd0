import { afterEach, expect, test, vi } from "vitest";
import { CREDENTIALS, managerFor, sign } from "../support/manager_for.ts";
import { type Answerer, failure, startRecordingServer, success } from "../support/recording_server.ts";
import { forbidUnhandledRejections } from "../support/watches.ts";

forbidUnhandledRejections();

afterEach(() => void vi.useRealTimers());

const NOW = 1_800_000_000;
const RETRY = { limit: 2, baseDelay: 0 };
const PARAMS = { video_upload_id: "sg_1" };

/** A platform whose clock is `offset` seconds ahead of this machine's, and that tells its time. */
function platform(offset: number, message: string): Answerer {
  return ({ query }) => {
    const now = Math.floor(Date.now() / 1000) + offset;
    if (Math.abs(now - Number(query.get("timestamp"))) <= 300) return success();
    return failure("error_param", message, { status: 403, headers: { Date: new Date(now * 1000).toUTCString() } });
  };
}

test.each([
  ["ahead", 3600, "Timestamp is expired."],
  ["behind", -86_400, "Invalid timestamp"],
])("a platform whose clock is %s is followed, for this call and for all that come", async (_, offset, message) => {
  vi.useFakeTimers({ toFake: ["Date"], now: NOW * 1000 });
  const server = await startRecordingServer(platform(offset, message));
  const media = managerFor(server, { retry: RETRY });
  await media.completeMediaVideoUpload(PARAMS);
  vi.setSystemTime((NOW + 100) * 1000);
  await media.completeMediaVideoUpload(PARAMS);

  const timestamps = server.requests.map(({ query }) => query.get("timestamp"));
  expect(timestamps).toEqual([`${NOW}`, `${NOW + offset}`, `${NOW + 100 + offset}`]);
  for (const { path, query } of server.requests) {
    const { partnerId, partnerKey } = CREDENTIALS;
    expect(query.get("sign")).toBe(sign({ partnerId, partnerKey, path, timestamp: query.get("timestamp")! }));
  }
});

test("eight calls at once are all set right, each with one correction", async () => {
  const server = await startRecordingServer(platform(3600, "Timestamp is expired."));
  const media = managerFor(server, { retry: RETRY });
  await Promise.all(Array.from({ length: 8 }, () => media.completeMediaVideoUpload(PARAMS)));
  expect(server.requests.length).toBeLessThanOrEqual(16);
});

test("an answer that was long under way does not turn a clock that was set right", async () => {
  const late = Promise.withResolvers<void>();
  const server = await startRecordingServer(async (request, index) => {
    const reply = await platform(3600, "Timestamp is expired.")(request, index);
    if (index > 0) return reply;
    await late.promise;
    // As if it had been given a quarter of an hour ago.
    const date = new Date(Date.now() + 2700_000).toUTCString();
    return failure("error_param", "Timestamp is expired.", { headers: { Date: date } });
  });
  const media = managerFor(server, { retry: RETRY });
  const first = media.completeMediaVideoUpload(PARAMS);
  await vi.waitFor(() => expect(server.requests).toHaveLength(1));
  await media.completeMediaVideoUpload(PARAMS);
  late.resolve();
  await first;
  await media.completeMediaVideoUpload(PARAMS);
  // Two refusals and three successes: nobody needed a second correction.
  expect(server.requests).toHaveLength(5);
});

test("a clock is corrected once in a call, not for ever", async () => {
  const server = await startRecordingServer(() => {
    const date = new Date(Date.now() + 1e7).toUTCString();
    return failure("error_param", "Timestamp is expired.", { headers: { Date: date } });
  });
  const media = managerFor(server, { retry: RETRY });
  await expect(media.completeMediaVideoUpload(PARAMS)).rejects.toMatchObject({ code: "error_param" });
  expect(server.requests).toHaveLength(2);
});

test("a clock that went wrong again is corrected again", async () => {
  let offset = 3600;
  const server = await startRecordingServer((request, index) =>
    platform(offset, "Timestamp is expired.")(request, index)
  );
  const media = managerFor(server, { retry: RETRY });
  await media.completeMediaVideoUpload(PARAMS);
  offset = -3600;
  await media.completeMediaVideoUpload(PARAMS);
  expect(server.requests).toHaveLength(4);
});
