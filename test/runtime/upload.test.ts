import { describe, expect, test } from "vitest";
import {
  createVideoUploadSink,
  type UploadProgress,
  uploadVideo,
  type UploadVideoOptions,
  type VideoModule,
  type VideoUploadResult,
} from "../../mod.ts";
import { bytesOf, firstDifference } from "../support/bytes.ts";
import { loadVideo, managerFor, reachServers } from "../support/servers.ts";

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

    const result = await upload({
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

async function uploadFile(options: UploadVideoOptions): Promise<VideoUploadResult> {
  return await uploadVideo(media, video, options);
}

async function pipe(options: UploadVideoOptions): Promise<VideoUploadResult> {
  const described = options.module === "media" ? { size: video.size, fileName: video.name, duration: 12 } : {};
  const sink = createVideoUploadSink(media, { ...options, ...described });
  await video.stream().pipeTo(sink);
  return await sink.result;
}

function urlOf({ videoInfo }: VideoUploadResult): string {
  return "video_url" in videoInfo ? videoInfo.video_url : videoInfo.video_url_list[0]!.video_url;
}
