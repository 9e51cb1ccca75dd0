import { describe, expect, onTestFinished, test } from "vitest";
import type { MediaManagerOptions } from "../../mod.ts";
import { noise } from "../support/bytes.ts";
import { managerFor } from "../support/manager_for.ts";
import { failure, inTurn, silence, startRecordingServer, success } from "../support/recording_server.ts";
import { runtime } from "../support/runtime.ts";
import { quiet, settle } from "../support/settle.ts";
import { forbidUnhandledRejections, watchTimers } from "../support/watches.ts";

forbidUnhandledRejections();

const GONE = { video_upload_id: "sg_1" };
const broken = new Error("The log is full");

const WAYS: [name: string, fail: () => unknown][] = [
  ["throws", () => {
    throw broken;
  }],
  ["rejects", () => Promise.reject(broken)],
  ["rejects later", () => quiet().then(() => Promise.reject(broken))],
  ["gives a thenable that rejects", () => ({ then: (_: unknown, reject: (e: unknown) => void) => reject(broken) })],
];

describe.each(WAYS)("an onRequest that %s", (_, fail) => {
  const options: Partial<MediaManagerOptions> = { onRequest: fail, retry: { limit: 3, baseDelay: 0 } };

  test("ends its call with that error, which nothing is added to", async () => {
    const server = await startRecordingServer();
    const { error } = await settle(managerFor(server, options).cancelVideoUpload(GONE));
    expect(error).toBe(broken);
    expect(Object.keys(broken)).toEqual([]);
  });

  test("lets no other attempt follow", async () => {
    const server = await startRecordingServer(() => failure("error_server"));
    const { error } = await settle(managerFor(server, options).cancelVideoUpload(GONE));
    expect(error).toBe(broken);
    expect(server.requests).toHaveLength(1);
  });

  test("ends none but its own", async () => {
    const server = await startRecordingServer();
    const media = managerFor(server, { onRequest: ({ endpoint }) => endpoint.includes("cancel") ? fail() : undefined });
    const [cancel, complete] = await Promise.all([
      settle(media.cancelMediaVideoUpload(GONE)),
      settle(media.completeMediaVideoUpload(GONE)),
    ]);
    expect(cancel.error).toBe(broken);
    expect(complete.error).toBeUndefined();
  });
});

test("a call waits for an onRequest that is asynchronous", async () => {
  const server = await startRecordingServer(inTurn(failure("error_server"), success()));
  const told: string[] = [];
  const media = managerFor(server, {
    retry: { limit: 1, baseDelay: 0 },
    onRequest: async ({ attempt }) => {
      told.push(`${attempt} begins`);
      await quiet();
      told.push(`${attempt} ends`);
    },
  });
  await media.cancelVideoUpload(GONE);
  expect(told).toEqual(["1 begins", "1 ends", "2 begins", "2 ends"]);
});

test("an onRequest that never settles hangs no call: a signal ends it, and so does the total", async () => {
  const timers = watchTimers();
  const server = await startRecordingServer();
  const abort = new AbortController();
  const options: Partial<MediaManagerOptions> = {
    onRequest: () => new Promise(() => {}),
    timeout: { total: 100 },
  };
  const aborted = settle(managerFor(server, options).cancelVideoUpload(GONE, { signal: abort.signal }));
  const overdue = settle(managerFor(server, options).cancelVideoUpload(GONE));
  abort.abort(new Error("enough"));
  expect((await aborted).error).toBe(abort.signal.reason);
  expect((await overdue).error).toMatchObject({ name: "TransportError", message: expect.stringContaining("100 ms") });
  expect(timers()).toEqual([]);
});

// Where what was sent cannot be seen, onSent is never called.
test.runIf(runtime !== "deno").each(WAYS)("an onSent that %s ends its call with that error, once", async (_, fail) => {
  const server = await startRecordingServer(() => silence);
  onTestFinished(() => expect(Object.keys(broken)).toEqual([]));
  const part = { ...GONE, part_seq: 0, part_md5: "0", part_content: noise(1 << 20) };
  const media = managerFor(server, { retry: { limit: 3, baseDelay: 0 } });
  const { error } = await settle(media.uploadMediaVideoPart(part, { onSent: fail }));
  expect(error).toBe(broken);
  expect(server.requests.length).toBeLessThanOrEqual(1);
});
