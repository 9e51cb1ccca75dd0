/**
 * Takes product videos over HTTP, and Shopee's pushes: an upload does not ask what became of its video, but is told.
 * The key and the callback URL are those of the console's push page; the URL has to lead to this server.
 *
 *     export SHOPEE_PUSH_PARTNER_KEY=… SHOPEE_PUSH_CALLBACK_URL=https://shop.example/shopee/pushes
 *     PORT=3000 node examples/push_server.ts
 *     curl --upload-file shoes.mp4 http://localhost:3000/videos
 */

import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { createVideoUploadSink, MediaManager } from "shopee-media";
import { createPushHandler, createPushInbox, recoverLostPushes } from "shopee-media/push";
import { answerError } from "./answer_error.ts";
import { credentials } from "./credentials.ts";

const media = new MediaManager(credentials);
const pushes = createPushInbox();
const handlePush = createPushHandler({
  pushPartnerKey: process.env.SHOPEE_PUSH_PARTNER_KEY ?? "",
  callbackUrl: process.env.SHOPEE_PUSH_CALLBACK_URL ?? "",
  onVideoUpload(push) {
    console.log(`Shopee says of ${push.videoUploadId}: ${push.status}`);
    pushes.deliver(push);
  },
});
const app = new Hono().onError(answerError);

app.post("/shopee/pushes", (c) => handlePush(c.req.raw));

app.put("/videos", async (c) => {
  const { body, signal } = c.req.raw;
  if (body === null) return c.json({ error: "There is no video" }, 400);

  const sink = createVideoUploadSink(media, { pushes, signal });
  await body.pipeTo(sink);
  const { videoUploadId, videoInfo } = await sink.result;
  return c.json({ videoUploadId, urls: videoInfo.video_url_list }, 201);
});

serve({ fetch: app.fetch, port: Number(process.env.PORT ?? 3000) }, ({ port }) => {
  console.log(`Send videos to http://localhost:${port}/videos`);
});

// What Shopee could not tell while this server was down. An app that gets other pushes, too, has to give onOtherPush.
recoverLostPushes(media, handlePush).catch(console.error);
