import { describe, expect, test } from "vitest";
import {
  createVideoUploadSink,
  type MediaManager,
  type UploadProgress,
  uploadVideo,
  type UploadVideoOptions,
  type VideoModule,
  type VideoUploadResult,
} from "../../mod.ts";
import { bytesOf } from "./support/bytes_of.ts";
import { firstDifference } from "./support/first_difference.ts";
import { loadVideo } from "./support/load_video.ts";
import { managerFor } from "./support/manager_for.ts";
import { reachServers } from "./support/reach_servers.ts";

const servers = await reachServers();
const media = managerFor(servers);
const video = await loadVideo(servers, 9_300_000);

const modules: { module: VideoModule; parts: number[] }[] = [
  { module: "media_space", parts: [0, 1, 2] },
  { module: "media", parts: [0, 1, 2, 3, 4] },
];

const ways = { "as a File": uploadFile, "through a pipe": pipe };

describe.each(modules)("an upload to $module", ({ module, parts }) => {
  test.each(Object.entries(ways))("%s arrives byte for byte", async (_, upload) => {
    const events: UploadProgress[] = [];

    const result = await upload(media, video, {
      module,
      poll: { interval: 50 },
      onProgress: (event) => void events.push(event),
    });

    expect(result).toMatchObject({ module, size: video.size, parts });
    const served = await fetch(urlOf(result));
    expect(firstDifference(await bytesOf(served), await bytesOf(video))).toBe(-1);
    const acked = events.map((event) => event.acked);
    expect(acked).toEqual(acked.toSorted((a, b) => a - b));
    expect(events.at(-1)).toMatchObject({ phase: "done", acked: video.size, total: video.size });
  });
});

type Upload = (media: MediaManager, file: File, options: UploadVideoOptions) => Promise<VideoUploadResult>;

async function uploadFile(...[media, file, options]: Parameters<Upload>) {
  return await uploadVideo<VideoModule>(media, file, options);
}

async function pipe(...[media, file, options]: Parameters<Upload>) {
  const sink = createVideoUploadSink<VideoModule>(media, {
    ...options,
    ...(options.module === "media" && { size: file.size, fileName: file.name, duration: 12 }),
  });
  await file.stream().pipeTo(sink);
  return await sink.result;
}

function urlOf({ videoInfo }: VideoUploadResult): string {
  return "video_url" in videoInfo ? videoInfo.video_url : videoInfo.video_url_list[0]!.video_url;
}
