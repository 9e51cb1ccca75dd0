import { expect, test } from "vitest";
import { noise } from "../support/bytes.ts";
import { managerFor } from "../support/manager_for.ts";
import { startRecordingServer } from "../support/recording_server.ts";
import { runtime } from "../support/runtime.ts";

const PARAMS = { video_upload_id: "sg_1" };

test("calls in a row share a connection", async () => {
  const server = await startRecordingServer();
  const media = managerFor(server);
  for (let call = 0; call < 20; call++) await media.cancelVideoUpload(PARAMS);
  expect(server.connections()).toBeLessThanOrEqual(2);
});

test("parts in a row share a connection", async () => {
  const server = await startRecordingServer();
  const media = managerFor(server);
  const part = { ...PARAMS, part_md5: "0", part_content: noise(100_000) };
  for (let seq = 0; seq < 20; seq++) await media.uploadMediaVideoPart({ ...part, part_seq: seq });
  // Bun gives up a connection now and then once a streamed body has gone over it.
  expect(server.connections()).toBeLessThanOrEqual(runtime === "bun" ? 20 : 2);
});
