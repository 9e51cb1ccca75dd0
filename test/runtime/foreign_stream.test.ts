import { expect, test } from "vitest";
import { ReadableStream as ForeignStream } from "web-streams-polyfill";
import { uploadVideo } from "../../mod.ts";
import { bytesOf, firstDifference } from "../support/bytes.ts";
import { loadVideo, managerFor, reachServers } from "../support/servers.ts";

const servers = await reachServers();
const video = await bytesOf(await loadVideo(servers, 5_000_000));

test("a stream of another implementation is uploaded", async () => {
  let offset = 0;
  const source = new ForeignStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      if (offset >= video.length) return controller.close();
      controller.enqueue(video.subarray(offset, offset += 1_234_567));
    },
  });
  expect(source).not.toBeInstanceOf(ReadableStream);

  const { videoInfo } = await uploadVideo(managerFor(servers), source as ReadableStream<Uint8Array<ArrayBuffer>>);

  const served = await fetch(videoInfo.video_url_list[0]!.video_url);
  expect(firstDifference(await bytesOf(served), video)).toBe(-1);
});
