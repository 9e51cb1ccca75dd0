/**
 * Takes videos over HTTP and passes them on to Shopee as they come in. Nothing is stored: however large the video is, a
 * few parts of 10 MiB are in memory, and who sends faster than Shopee takes it is slowed down. The answer comes as soon as
 * Shopee has all of the video; whoever wants to know when it is ready asks for it by its id, of this server or another.
 *
 *     PORT=3000 node examples/upload_server.ts
 *     curl --upload-file shoes.mp4 'http://localhost:3000/videos/shoes.mp4?duration=12'
 *     curl http://localhost:3000/videos/ID
 */

import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { createVideoUploadSink, isResultTimeoutError, MediaManager, waitForVideo } from "shopee-media";
import { answerError } from "./answer_error.ts";
import { credentials } from "./credentials.ts";

const media = new MediaManager(credentials);
const app = new Hono().onError(answerError);

app.put("/videos/:name", async (c) => {
  const { body, headers, signal } = c.req.raw;
  const size = headers.get("content-length");
  if (body === null || size === null) return c.json({ error: "There is no body with a Content-Length" }, 411);

  const sink = createVideoUploadSink(media, {
    module: "media",
    fileName: c.req.param("name"),
    size: Number(size),
    duration: Number(c.req.query("duration")), // In whole seconds. Shopee wants to know it before the first byte.
    until: "uploaded",
    signal, // Who hangs up gives up the upload.
  });
  await body.pipeTo(sink);
  const { videoUploadId } = await sink.result;
  return c.json({ videoUploadId }, 202);
});

app.get("/videos/:id", async (c) => {
  const videoUploadId = c.req.param("id");
  const { signal } = c.req.raw;
  try {
    // Longer than a proxy keeps a connection without an answer is of no use.
    const options = { poll: { timeout: 25_000 }, signal };
    const { videoInfo } = await waitForVideo(media, { module: "media", videoUploadId }, options);
    return c.json({ videoUploadId, url: videoInfo.video_url });
  } catch (error) {
    if (!isResultTimeoutError(error)) throw error;
    return c.json({ videoUploadId, status: error.status }, 202); // Ask again.
  }
});

serve({ fetch: app.fetch, port: Number(process.env.PORT ?? 3000) }, ({ port }) => {
  console.log(`Send videos to http://localhost:${port}/videos/NAME?duration=SECONDS`);
});
