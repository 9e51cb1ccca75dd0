import { expect, test } from "vitest";
import {
  createVideoUploadSink,
  isShopeeApiError,
  type MediaManager,
  type UploadProgress,
  uploadVideo,
} from "../../mod.ts";
import { bytesOf } from "../support/bytes.ts";
import { type RecordedFetch, recordFetch } from "../support/record_fetch.ts";
import { loadVideo, managerFor, reachServers } from "../support/servers.ts";

const servers = await reachServers();
const video = await loadVideo(servers, 9_300_000);
const described = { module: "media", size: video.size, fileName: video.name, duration: 12 } as const;
const CANCEL = "/api/v2/media/cancel_video_upload";

interface StartOptions {
  signal: AbortSignal;
  onProgress: (progress: UploadProgress) => void;
}

const starts = {
  "the upload's signal": (media: MediaManager, options: StartOptions) =>
    uploadVideo(media, video, { module: "media", ...options }),
  "the sink's signal": (media: MediaManager, options: StartOptions) =>
    video.stream().pipeTo(createVideoUploadSink(media, { ...described, ...options })),
  // A pipe's signal counts for nothing once the source has ended, and Workers look at it only when a chunk comes.
  "the pipe's signal": (media: MediaManager, { signal, onProgress }: StartOptions) =>
    trickle(video).pipeTo(createVideoUploadSink(media, { ...described, onProgress }), { signal }),
};

test.each(Object.entries(starts))("%s stops an upload midway and cancels its session, once", async (_, start) => {
  const recorder = recordFetch();
  const media = managerFor(servers, { fetch: recorder.fetch });
  const controller = new AbortController();
  const reason = new Error("The seller has left");
  let before: string[] = [];

  const upload = start(media, {
    signal: controller.signal,
    onProgress({ partsAcked }) {
      if (partsAcked !== 1 || controller.signal.aborted) return;
      before = [...recorder.paths];
      controller.abort(reason);
    },
  });

  await expect(upload).rejects.toBe(reason);
  expect(before.length).toBeGreaterThan(1);
  expect(before).not.toContain(CANCEL);
  expect(recorder.paths).toEqual([...before, CANCEL]);
  expect(await statusAfter(recorder)).toBe("CANCELLED");
});

test("a refused part fails the pipe, even if its source is slow, and cancels the session, once", async () => {
  const recorder = recordFetch((path) =>
    path.endsWith("/upload_video_part")
      ? Response.json({ error: "error_invalid_part_seq", message: "", request_id: "refusal" })
      : undefined
  );
  const media = managerFor(servers, { fetch: recorder.fetch });

  const upload = trickle(video).pipeTo(createVideoUploadSink(media, described));

  await expect(upload).rejects.toSatisfy(isShopeeApiError);
  expect(recorder.paths.filter((path) => path === CANCEL)).toHaveLength(1);
  expect(recorder.paths.at(-1)).toBe(CANCEL);
  expect(await statusAfter(recorder)).toBe("CANCELLED");
});

async function statusAfter({ firstAnswer }: RecordedFetch): Promise<string | undefined> {
  const opened = await firstAnswer as { response: { video_upload_id: string } };
  const { response } = await managerFor(servers).getMediaVideoUploadResult(opened.response);
  return response?.status;
}

/** Most of a file in a few large chunks, and then byte by byte: it takes far longer than any test lasts. */
function trickle(file: Blob): ReadableStream<Uint8Array<ArrayBuffer>> {
  const flood = 0.8 * file.size;
  let offset = 0;
  return new ReadableStream({
    async pull(controller) {
      if (offset >= flood) await new Promise((resolve) => setTimeout(resolve, 5));
      const size = offset < flood ? 500_000 : 1;
      controller.enqueue(await bytesOf(file.slice(offset, offset += size)));
    },
  });
}
