/**
 * The whole road of a product video, as an ERP goes it: a seller authorises the app; a product comes in with its video and
 * its pictures, and is answered at once; Shopee tells by push that the video is ready; the item is made with all of them.
 *
 *     export SHOPEE_PUSH_PARTNER_KEY=… SHOPEE_PUSH_CALLBACK_URL=https://erp.example/shopee/pushes
 *     PORT=3000 node examples/whole_road.ts       # then open http://localhost:3000/authorise
 *     curl -F video=@shoes.mp4 -F picture=@front.jpg -F 'item={"item_name":"Red shoes","item_sku":"RED-1",…}' \
 *       http://localhost:3000/shops/SHOP_ID/products
 */

import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import {
  createRefreshingToken,
  exchangeCode,
  getAuthorizationUrl,
  isShopeeMediaError,
  MediaManager,
  uploadImages,
  uploadVideo,
  waitForVideo,
} from "shopee-media";
import { createFolderStore } from "shopee-media/node";
import { createPushHandler, createPushInbox, recoverLostPushes } from "shopee-media/push";
import { answerError } from "./answer_error.ts";
import { credentials } from "./credentials.ts";

const { PORT = "3000", SHOPEE_PUSH_PARTNER_KEY = "", SHOPEE_PUSH_CALLBACK_URL = "", ATTACH_AFTER = "15000" } =
  process.env;
const { shopId: _, accessToken: __, ...app } = credentials;
const media = new MediaManager(app);
const store = createFolderStore("tokens"); // Its content is secret.
const sent = new Set<string>(); // By whom a seller who comes back is known.
const pushes = createPushInbox();
const handlePush = createPushHandler({
  pushPartnerKey: SHOPEE_PUSH_PARTNER_KEY,
  callbackUrl: SHOPEE_PUSH_CALLBACK_URL,
  onVideoUpload: pushes.deliver,
});
const server = new Hono().onError(answerError);

server.get("/authorise", async (c) => {
  const state = randomUUID();
  sent.add(state);
  return c.redirect(await getAuthorizationUrl({ ...app, redirectUrl: new URL("/authorised", c.req.url), state }));
});

server.get("/authorised", async (c) => {
  const { state = "" } = c.req.query();
  if (!sent.delete(state)) return c.text("Begin at /authorise", 400);
  const { accounts } = await exchangeCode({ ...app, address: c.req.url, store });
  return c.text(`Connected: ${JSON.stringify(accounts)}`);
});

server.post("/shops/:shop/products", async (c) => {
  const shopId = Number(c.req.param("shop"));
  const shop = media.forShop({ shopId, accessToken: createRefreshingToken({ ...app, shopId, store }) });
  const form = await c.req.raw.formData();
  const { videoUploadId } = await uploadVideo(shop, form.get("video") as File, { until: "uploaded" });
  const pictures = await uploadImages(shop, form.getAll("picture") as File[]);
  const bad = pictures.find(({ error }) => error !== undefined);
  if (bad !== undefined) throw bad.error;
  const image = { image_id_list: pictures.map(({ imageId }) => imageId) };
  // A server that can be stopped in between would keep this job in its queue.
  const item = { ...JSON.parse(`${form.get("item")}`), image, video_upload_id: [videoUploadId] };
  makeItem(shop, item).catch(console.error);
  return c.json({ videoUploadId }, 202);
});

server.post("/shopee/pushes", (c) => handlePush(c.req.raw));

async function makeItem(shop: MediaManager, item: { item_sku: string; video_upload_id: [string] }): Promise<void> {
  const add = () => shop.call({ method: "POST", path: "/api/v2/product/add_item", body: item });
  const query = { page_size: 1, item_sku: item.item_sku };
  const find = () => shop.call<Found>({ method: "GET", path: "/api/v2/product/search_item", query });

  await waitForVideo(shop, { module: "media_space", videoUploadId: item.video_upload_id[0] }, { pushes });
  await sleep(Number(ATTACH_AFTER)); // No item can have it before.
  await add().catch(async (error) => {
    if (!isShopeeMediaError(error) || !error.mayHaveSucceeded) throw error;
    await sleep(2 * Number(ATTACH_AFTER)); // It may be there all the same, and a second one would be worse than to wait.
    if ((await find()).response.total_count === 0) await add();
  });
  console.log(`The item ${item.item_sku} has its video.`);
}

/** What a search answers, as far as it is looked at. */
interface Found {
  total_count: number;
}

serve(
  { fetch: server.fetch, port: Number(PORT) },
  ({ port }) => console.log(`Open http://localhost:${port}/authorise`),
);
recoverLostPushes(media, handlePush).catch(console.error); // What came while this server was down.
