import { expect, test, vi } from "vitest";
import { deliverOnce } from "../../src/push/deliver_once.ts";
import type { VideoUploadPush } from "../../src/push/mod.ts";

function push(videoUploadId: string): VideoUploadPush {
  return { kind: "video_upload", module: "media", code: 38, videoUploadId, status: "SUCCEEDED", raw: {} };
}

function setUp() {
  const deliver = vi.fn<(push: VideoUploadPush) => Promise<void>>().mockResolvedValue();
  return { deliver, once: deliverOnce(deliver) };
}

test("a duplicate of what was delivered is not delivered", async () => {
  const { deliver, once } = setUp();
  await once(push("a"));
  await once(push("a"));
  expect(deliver).toHaveBeenCalledOnce();
});

test("a duplicate of what is being delivered shares its fate, and the next one is delivered", async () => {
  const { deliver, once } = setUp();
  const running = Promise.withResolvers<void>();
  deliver.mockReturnValueOnce(running.promise);
  const deliveries = [once(push("a")), once(push("a"))];
  running.reject(new Error("The database is away"));

  for (const delivery of deliveries) await expect(delivery).rejects.toThrow("The database is away");
  expect(deliver).toHaveBeenCalledOnce();
  await once(push("a"));
  expect(deliver).toHaveBeenCalledTimes(2);
});

test("10 000 deliveries are remembered, no more", async () => {
  const { deliver, once } = setUp();
  for (let i = 0; i <= 10_000; i++) await once(push(`id ${i}`));
  await once(push("id 1"));
  expect(deliver).toHaveBeenCalledTimes(10_001);
  await once(push("id 0"));
  expect(deliver).toHaveBeenCalledTimes(10_002);
});
