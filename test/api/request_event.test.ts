import { expect, test } from "vitest";
import type { RequestEvent } from "../../mod.ts";
import { managerFor } from "../support/manager_for.ts";
import { brokenAttempt, failure, inTurn, startRecordingServer, success } from "../support/recording_server.ts";
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
    { endpoint, attempt: 1, duration, status: undefined, error: undefined, requestId: undefined },
    { endpoint, attempt: 2, duration, status: 502, error: undefined, requestId: undefined },
    { endpoint, attempt: 3, duration, status: 500, error: "error_server", requestId: "request-1" },
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

test("a call that sends nothing has no event", async () => {
  const server = await startRecordingServer();
  const events: RequestEvent[] = [];
  const media = managerFor(server, { shopId: undefined, onRequest: (event) => events.push(event) });
  await settle(media.cancelVideoUpload({ video_upload_id: "sg_1" }));
  await settle(media.uploadImage({ image: [] }));
  await settle(media.completeMediaVideoUpload({ video_upload_id: "sg_1" }, { signal: AbortSignal.abort() }));
  expect(events).toEqual([]);
});
