import { expect, test } from "vitest";
import { managerFor } from "../support/manager_for.ts";
import { failure, inTurn, type Reply, startRecordingServer } from "../support/recording_server.ts";
import { runtime } from "../support/runtime.ts";
import { settle } from "../support/settle.ts";

const done = failure("error_already_completed");

function complete(server: { url: string }) {
  const media = managerFor(server, { retry: { limit: 2, baseDelay: 1 } });
  return settle(media.completeMediaVideoUpload({ video_upload_id: "sg_1" }));
}

// Deno's fetch may have sent the request twice by itself: there the code says nothing about who was first.
test.runIf(runtime !== "deno").each<[string, Reply]>([
  ["was too fast", failure("error_rate_limit")],
  ["was too fast, by its status", failure("error_rate_limit", "", { status: 429 })],
  ["had another clock", failure("error_param", "Invalid timestamp")],
])("error_already_completed after an attempt that %s is no success of this call", async (_, refusal) => {
  const server = await startRecordingServer(inTurn(refusal, done));
  const { error } = await complete(server);
  expect(error).toMatchObject({ name: "ShopeeApiError" });
});

test.each<[string, Reply]>([
  ["was cut", (response) => response.destroy()],
  ["was answered by a gateway", { status: 502, text: "<html>" }],
  ["failed within Shopee", failure("error_server")],
])("error_already_completed after an attempt that %s says that it got through", async (_, lost) => {
  const server = await startRecordingServer(inTurn(lost, done));
  const { value } = await complete(server);
  expect(value).toMatchObject({ error: "", warning: expect.stringContaining("error_already_completed") });
});
