import type {
  GetMediaVideoUploadResultResponse,
  InitMediaVideoUploadResponse,
  UploadMediaImageResponse,
} from "../../platform/types/media.ts";
import { Refusal } from "../api/refusal.ts";
import { imageUrl, mediaVideoInfo } from "../files/media_info.ts";
import { cancelSession, completeSession, receivePart } from "../session/session_steps.ts";
import { isFinished, statusOf } from "../session/upload_session.ts";
import { digitsField, integerField, md5Field, textField, wrongField } from "./fields.ts";
import type { Call, Handlers } from "./handler.ts";
import { oneFile, readForm, readJson } from "./read_body.ts";

const MODULE = "media";
/** Bytes: 1 GB. */
const MAX_VIDEO = 1_073_741_824;
const BUSINESS_VIDEO = 3;
const SCENE_SHOPEE_VIDEO = 1;

const MAX_IMAGES = 3;
const BUSINESS_RETURNS = 2;
const SCENE_PICKUP_PROOF = 1;

/** The calls of the module `media`: videos for Shopee Video, and pictures for returns. */
export const mediaHandlers: Handlers<"media"> = {
  "media/init_video_upload": initVideoUpload,
  "media/upload_video_part": uploadVideoPart,
  "media/complete_video_upload": completeVideoUpload,
  "media/get_video_upload_result": getVideoUploadResult,
  "media/cancel_video_upload": cancelVideoUpload,
  "media/upload_image": uploadImage,
};

async function initVideoUpload({ request, context }: Call): Promise<InitMediaVideoUploadResponse> {
  const fields = await readJson(request);
  integerField(fields, "business", { min: BUSINESS_VIDEO, max: BUSINESS_VIDEO });
  integerField(fields, "scene", { min: SCENE_SHOPEE_VIDEO, max: SCENE_SHOPEE_VIDEO });
  integerField(fields, "duration", { min: 1, max: 180 });
  const fileName = textField(fields, "file_name");
  const size = integerField(fields, "file_size", { min: 1 });
  if (size > MAX_VIDEO) throw new Refusal("videoTooLarge", size, MAX_VIDEO);
  const partSize = context.mediaPartSize;
  const session = await context.sessions.create({ module: MODULE, size, fileName, partSize });
  return { video_upload_id: session.id, part_size: partSize };
}

async function uploadVideoPart({ request, context }: Call): Promise<undefined> {
  const form = await readForm(request);
  const id = textField(form.fields, "video_upload_id");
  const seq = digitsField(form.fields, "part_seq");
  const md5 = md5Field(form.fields, "part_md5");
  const content = oneFile(form, "part_content");
  const session = context.sessions.find(id, MODULE);
  await receivePart(session, { seq, md5, content });
  if (statusOf(session) === "INITIATED") context.sessions.move(session, "UPLOADING");
  await context.network.workOnPart(context.closing);
}

async function completeVideoUpload({ request, origin, context }: Call): Promise<undefined> {
  const id = textField(await readJson(request), "video_upload_id");
  const session = context.sessions.find(id, MODULE);
  await completeSession(session, context);
  context.processVideo(session, origin);
}

function getVideoUploadResult({ query, origin, context }: Call): GetMediaVideoUploadResultResponse {
  const id = textField(Object.fromEntries(query), "video_upload_id");
  const session = context.sessions.find(id, MODULE);
  return {
    status: statusOf(session),
    reason: session.message,
    update_time: session.updateTime,
    ...(isFinished(session) && { video_info: mediaVideoInfo(session, origin) }),
  };
}

async function cancelVideoUpload({ request, origin, context }: Call): Promise<undefined> {
  const id = textField(await readJson(request), "video_upload_id");
  const session = context.sessions.find(id, MODULE);
  if (await cancelSession(session, context.sessions)) context.announce(session, origin);
}

/** All images are taken, or none. */
async function uploadImage({ request, origin, context }: Call): Promise<UploadMediaImageResponse> {
  const form = await readForm(request);
  digitsField(form.fields, "business", { min: BUSINESS_RETURNS, max: BUSINESS_RETURNS });
  digitsField(form.fields, "scene", { min: SCENE_PICKUP_PROOF, max: SCENE_PICKUP_PROOF });
  const files = form.files("images");
  if (files.length < 1 || files.length > MAX_IMAGES) throw wrongField("images", `must be 1 to ${MAX_IMAGES} files`);
  const images = await Promise.all(files.map((file) => context.images.add(file)));
  return { image_list: images.map(({ id }) => ({ image_id: id, image_url: imageUrl(origin, id) })) };
}
