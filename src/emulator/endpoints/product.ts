import { runtime } from "../../runtime.ts";
import { Refusal } from "../api/answer.ts";
import { imageUrl, mediaSpaceVideoInfo } from "../files/media_info.ts";
import { type FinishedSession, isFinished, statusOf } from "../session/upload_session.ts";
import { digitsField, type Fields, integerField, objectField, textField, wrongField } from "./fields.ts";
import type { Call, EmulatorContext, Handlers } from "./handler.ts";
import { readJson } from "./read_body.ts";

/**
 * As much of the module `product` as an upload needs: an item is made with its pictures and its video, and looked up again.
 * Of the many fields of an item, those are checked that have to do with either, and a few that none can do without.
 */
export const productHandlers: Handlers<"product"> = {
  "product/add_item": addItem,
  "product/search_item": searchItem,
};

const MAX_IMAGES = 9;

async function addItem({ request, shopId, origin, context }: Call): Promise<object> {
  const fields = await readJson(request);
  const name = textField(fields, "item_name");
  textField(fields, "description");
  integerField(fields, "category_id");
  if (typeof fields.original_price !== "number") throw wrongField(fields, "original_price", "must be a number");
  const sku = fields.item_sku === undefined ? "" : textField(fields, "item_sku");
  const imageIds = imageIdsOf(fields, context);
  const session = videoOf(fields, { context, shopId });
  const item = context.catalogue.addItem({ shopId: shopId!, name, sku, imageIds, videoUploadId: session?.id });
  return {
    item_id: item.itemId,
    item_name: name,
    item_sku: sku,
    item_status: "NORMAL",
    images: { image_id_list: imageIds, image_url_list: imageIds.map((id) => imageUrl(origin, id)) },
    ...(session && { video_info: [mediaSpaceVideoInfo(session, origin)] }),
  };
}

function imageIdsOf(fields: Fields, { images }: EmulatorContext): string[] {
  const { image_id_list: ids } = objectField(fields, "image");
  const isList = Array.isArray(ids) && ids.length >= 1 && ids.length <= MAX_IMAGES;
  if (!isList) throw wrongField(fields, "image", `must have an image_id_list of 1 to ${MAX_IMAGES}`);
  const unknown = ids.find((id) => typeof id !== "string" || images.get(id) === undefined);
  if (unknown !== undefined) throw wrongField({ image_id: unknown }, "image_id", "must be that of an uploaded image");
  return ids;
}

/** The video that an item is to have. */
function videoOf(
  { video_upload_id: ids = [] }: Fields,
  { context, shopId }: Pick<Call, "context" | "shopId">,
): FinishedSession | undefined {
  if (!Array.isArray(ids)) throw wrongField({ video_upload_id: ids }, "video_upload_id", "must be a list of one");
  if (ids.length > 1) throw new Refusal("severalVideos", { count: ids.length });
  if (ids.length === 0) return undefined;
  const [id] = ids as unknown[];
  const session = context.sessions.all().find((one) => one.id === id);
  const isTheirs = session?.module === "media_space" && session.shopId === shopId;
  if (!isTheirs) throw new Refusal("unknownVideo", { why: "There is no such product video of this shop" });
  if (!isFinished(session)) throw new Refusal("unknownVideo", { why: `The video is ${statusOf(session)}` });
  if (runtime.elapsed() < session.attachableFrom) throw new Refusal("lateVideo", { id: session.id });
  return session;
}

/** Items that a client can look for. */
const MAX_PAGE = 100;

/** By SKU, which must be the very one, or by a part of the name. */
function searchItem({ query, shopId, context }: Call): object {
  const fields = Object.fromEntries(query);
  const size = digitsField(fields, "page_size", { min: 1, max: MAX_PAGE });
  const start = fields.offset === undefined || fields.offset === "" ? 0 : digitsField(fields, "offset");
  const { item_sku: sku, item_name: name } = fields;
  if (sku === undefined && name === undefined) throw wrongField(fields, "item_name", "or item_sku must be given");
  const found = context.catalogue.items.filter((item) =>
    item.shopId === shopId && (sku === undefined || item.sku === sku) &&
    (name === undefined || item.name.toLowerCase().includes(name.toLowerCase()))
  );
  const told = found.slice(start, start + size);
  const end = start + told.length;
  return {
    item_id_list: told.map(({ itemId }) => itemId),
    total_count: found.length,
    next_offset: end < found.length ? String(end) : "",
  };
}
