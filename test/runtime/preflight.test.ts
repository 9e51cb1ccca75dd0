import { expect, test } from "vitest";
import { isInvalidInputError, uploadVideo } from "../../mod.ts";
import { inspectVideo } from "../../src/preflight/mod.ts";
import { recordFetch } from "../support/record_fetch.ts";
import { loadAsset, managerFor, reachServers } from "../support/servers.ts";

const servers = await reachServers();

test("a video is looked into", async () => {
  const video = await loadAsset(servers, "video/ok.mp4");

  expect(await inspectVideo(video)).toEqual({
    container: "mp4",
    mimeType: "video/mp4",
    duration: 12,
    width: 320,
    height: 180,
    videoCodec: "avc",
    audioCodec: "aac",
    size: video.size,
  });
});

test.each(["short_3s.mp4", "truncated.mp4", "ok.webm"])(
  "a video that Shopee would refuse is not sent: %s",
  async (name) => {
    const recorder = recordFetch();
    const video = await loadAsset(servers, `video/${name}`);

    const upload = uploadVideo(managerFor(servers, { fetch: recorder.fetch }), video);

    await expect(upload).rejects.toSatisfy(isInvalidInputError);
    expect(recorder.paths).toEqual([]);
  },
);
