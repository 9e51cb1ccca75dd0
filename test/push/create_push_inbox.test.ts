import { describe, expect, test, vi } from "vitest";
import { createPushInbox, type VideoUploadPush } from "../../src/push/mod.ts";

function push(videoUploadId: string, status = "SUCCEEDED"): VideoUploadPush {
  return { kind: "video_upload", module: "media_space", code: 11, videoUploadId, status, raw: {} };
}

const never = new AbortController().signal;

test("a push ends the waiting of all who wait for it, and of nobody else", async () => {
  const pushes = createPushInbox();
  const other = vi.fn();
  void pushes.wait("b", { signal: never }).then(other);
  const waiting = [pushes.wait("a", { signal: never }), pushes.wait("a", { signal: never })];

  pushes.deliver(push("a"));

  expect(await Promise.all(waiting)).toEqual([push("a"), push("a")]);
  expect(other).not.toHaveBeenCalled();
});

test("a push that came before is found, as often as it is asked for", async () => {
  const pushes = createPushInbox();
  pushes.deliver(push("a", "FAILED"));
  expect(await pushes.wait("a", { signal: never })).toEqual(push("a", "FAILED"));
  expect(await pushes.wait("a", { signal: never })).toEqual(push("a", "FAILED"));
});

test("pushes in any order reach those they are for", async () => {
  const pushes = createPushInbox();
  const ids = ["a", "b", "c", "d"];
  const waiting = ids.map((id) => pushes.wait(id, { signal: never }));
  for (const id of ["c", "a", "d", "b"]) pushes.deliver(push(id));
  expect((await Promise.all(waiting)).map((found) => found.videoUploadId)).toEqual(ids);
});

test("a status that ends nothing is no answer", async () => {
  const pushes = createPushInbox();
  pushes.deliver(push("a", "TRANSCODING"));
  const waiting = pushes.wait("a", { signal: never });
  pushes.deliver(push("a", "UNDER_REVIEW"));
  pushes.deliver(push("a", "CANCELLED"));
  expect((await waiting).status).toBe("CANCELLED");
});

test("the last 1 000 pushes are kept, no more", async () => {
  const pushes = createPushInbox();
  for (let i = 0; i <= 1_000; i++) pushes.deliver(push(`id ${i}`));
  expect(await pushes.wait("id 1", { signal: never })).toEqual(push("id 1"));

  const forgotten = new AbortController();
  const waiting = pushes.wait("id 0", { signal: forgotten.signal });
  forgotten.abort(new Error("It was forgotten"));
  await expect(waiting).rejects.toThrow("It was forgotten");
});

describe("abort", () => {
  test("before: nothing is waited for, though the push is there", async () => {
    const pushes = createPushInbox();
    pushes.deliver(push("a"));
    const reason = new Error("Stop");
    await expect(pushes.wait("a", { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  test("during: that waiting ends with the reason, another goes on", async () => {
    const pushes = createPushInbox();
    const controller = new AbortController();
    const stopped = pushes.wait("a", { signal: controller.signal });
    const waiting = pushes.wait("a", { signal: never });
    const reason = new Error("Stop");
    controller.abort(reason);

    await expect(stopped).rejects.toBe(reason);
    pushes.deliver(push("a"));
    expect((await waiting).videoUploadId).toBe("a");
  });

  test("no listener stays, however the waiting ended", async () => {
    const pushes = createPushInbox();
    const controller = new AbortController();
    const { signal } = controller;
    const added = vi.spyOn(signal, "addEventListener");
    const removed = vi.spyOn(signal, "removeEventListener");

    const answered = pushes.wait("a", { signal });
    const stopped = pushes.wait("b", { signal });
    pushes.deliver(push("a"));
    await answered;
    controller.abort();
    await expect(stopped).rejects.toBe(signal.reason);

    expect(added).toHaveBeenCalledTimes(2);
    const listeners = (calls: unknown[][]) => calls.map(([type, listener]) => [type, listener]);
    expect(listeners(removed.mock.calls)).toEqual(listeners(added.mock.calls));
  });
});

test("it fits what an upload asks for", () => {
  interface WhatAnUploadWaitsOn {
    wait(
      videoUploadId: string,
      options: { signal: AbortSignal },
    ): Promise<{ status: string; message?: string; videoInfo?: unknown }>;
  }
  const pushes: WhatAnUploadWaitsOn = createPushInbox();
  expect(pushes.wait).toBeTypeOf("function");
});
