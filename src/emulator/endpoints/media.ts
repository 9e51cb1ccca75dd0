import type {
  GetMediaVideoUploadResultResponse,
  InitMediaVideoUploadResponse,
  UploadMediaImageResponse,
} from "../../platform/types/media.ts";
import { Refusal } from "../api/answer.ts";
import { MAX_IMAGE_SIZE } from "../files/image_store.ts";
import { imageUrl, mediaVideoInfo } from "../files/media_info.ts";
import { cancelSession, completeSession, demandKnown, receivePart } from "../session/session_steps.ts";
import { isFinished, statusOf } from "../session/upload_session.ts";
import { digitsField, integerField, md5Field, textField } from "./fields.ts";
import type { Call, Handlers } from "./handler.ts";
import { imageFiles, oneFile, readForm, readJson } from "./read_body.ts";

const MODULE = "media";
/** Bytes: 1 GB. */
const MAX_VIDEO = 1_073_741_824;
const SHOPEE_VIDEO: Use = { business: 3, scene: 1 };

const MAX_IMAGES = 3;
const PICKUP_PROOF: Use = { business: 2, scene: 1 };

/** What an upload is for. */
interface Use {
  business: number;
  scene: number;
}

/** The calls of the module `media`: videos for Shopee Video, and pictures for returns. */
export const mediaHandlers: Handlers<"media"> = {
  "media/init_video_upload": initVideoUpload,
  "media/upload_video_part": uploadVideoPart,
  "media/complete_video_upload": completeVideoUpload,
  "media/get_video_upload_result": getVideoUploadResult,
  "media/cancel_video_upload": cancelVideoUpload,
  "media/upload_image": uploadImage,
};

async function initVideoUpload({ request, shopId, context }: Call): Promise<InitMediaVideoUploadResponse> {
  const fields = await readJson(request);
  const use = { business: integerField(fields, "business"), scene: integerField(fields, "scene") };
  demandUse(use, SHOPEE_VIDEO);
  integerField(fields, "duration", { min: 1, max: 180 });
  const fileName = textField(fields, "file_name");
  const size = integerField(fields, "file_size", { min: 1 });
  if (size > MAX_VIDEO) throw new Refusal("videoTooLarge", { size, most: MAX_VIDEO });
  const partSize = context.mediaPartSize;
  const session = await context.sessions.create({ module: MODULE, shopId, size, fileName, partSize });
  return { video_upload_id: session.id, part_size: partSize };
}

function demandUse({ business, scene }: Use, wanted: Use): void {
  if (business !== wanted.business || scene !== wanted.scene) throw new Refusal("wrongScene", { ...wanted });
}

async function uploadVideoPart({ request, shopId, context }: Call): Promise<undefined> {
  const form = await readForm(request, context.mediaPartSize);
  const id = textField(form.fields, "video_upload_id");
  const seq = digitsField(form.fields, "part_seq");
  const md5 = md5Field(form.fields, "part_md5");
  const content = oneFile(form, "part_content");
  const session = context.sessions.find(id, { module: MODULE, shopId });
  await receivePart(session, { seq, md5, content });
  if (statusOf(session) === "INITIATED") context.sessions.move(session, "UPLOADING");
  await context.network.workOnPart(context.closing);
}

async function completeVideoUpload({ request, origin, shopId, context }: Call): Promise<undefined> {
  const id = textField(await readJson(request), "video_upload_id");
  const session = context.sessions.find(id, { module: MODULE, shopId });
  await completeSession(session, context);
  context.processVideo(session, origin);
}

function getVideoUploadResult({ query, origin, shopId, context }: Call): GetMediaVideoUploadResultResponse {
  const id = textField(Object.fromEntries(query), "video_upload_id");
  const session = context.sessions.find(id, { module: MODULE, shopId });
  demandKnown(session);
  return {
    status: statusOf(session),
    reason: session.message,
    update_time: session.updateTime,
    ...(isFinished(session) && { video_info: mediaVideoInfo(session, origin) }),
  };
}

async function cancelVideoUpload({ request, origin, shopId, context }: Call): Promise<undefined> {
  const id = textField(await readJson(request), "video_upload_id");
  const session = context.sessions.find(id, { module: MODULE, shopId });
  if (await cancelSession(session, context.sessions)) context.announce(session, origin);
}

/** All images are taken, or none. */
async function uploadImage({ request, origin, context }: Call): Promise<UploadMediaImageResponse> {
  const form = await readForm(request, MAX_IMAGES * MAX_IMAGE_SIZE);
  const use = { business: digitsField(form.fields, "business"), scene: digitsField(form.fields, "scene") };
  demandUse(use, PICKUP_PROOF);
  const files = imageFiles(form, "images", MAX_IMAGES);
  for (const file of files) await context.images.check(file);
  const images = await Promise.all(files.map((file) => context.images.add(file)));
  return { image_list: images.map(({ id }) => ({ image_id: id, image_url: imageUrl(origin, id) })) };
}
