import type { GetMediaVideoUploadResultResponse, InitMediaVideoUploadResponse } from "../../platform/types/media.ts";
import type { Call, Endpoint } from "../api/endpoint.ts";
import { MAX_MEDIA_VIDEO } from "../limits.ts";
import { Refusal } from "../api/refusal.ts";
import { digitsField, integerField, md5Field, textField } from "../api/fields.ts";
import { oneFile, readForm, readJson } from "../api/read_body.ts";
import { cancelSession } from "../session/cancel_session.ts";
import { completeSession } from "../session/complete_session.ts";
import { receivePart } from "../session/receive_part.ts";
import { isFinished, statusOf } from "../session/upload_session.ts";
import { mediaVideoInfo } from "./video_info.ts";

const MODULE = "media";
const BUSINESS_VIDEO = 3;
const SCENE_SHOPEE_VIDEO = 1;

/** The five calls by which a Shopee Video is uploaded. */
export const mediaVideoEndpoints: Endpoint[] = [
  { method: "POST", path: "/api/v2/media/init_video_upload", signer: "public", handle: init },
  { method: "POST", path: "/api/v2/media/upload_video_part", signer: "public", handle: uploadPart },
  { method: "POST", path: "/api/v2/media/complete_video_upload", signer: "public", handle: complete },
  { method: "GET", path: "/api/v2/media/get_video_upload_result", signer: "public", handle: getResult },
  { method: "POST", path: "/api/v2/media/cancel_video_upload", signer: "public", handle: cancel },
];

async function init({ request, platform }: Call): Promise<InitMediaVideoUploadResponse> {
  const fields = await readJson(request);
  integerField(fields, "business", { min: BUSINESS_VIDEO, max: BUSINESS_VIDEO });
  integerField(fields, "scene", { min: SCENE_SHOPEE_VIDEO, max: SCENE_SHOPEE_VIDEO });
  integerField(fields, "duration", { min: 1, max: 180 });
  const fileName = textField(fields, "file_name");
  const size = integerField(fields, "file_size", { min: 1 });
  if (size > MAX_MEDIA_VIDEO) {
    throw new Refusal("videoTooLarge", size, MAX_MEDIA_VIDEO);
  }
  const partSize = platform.options.mediaPartSize;
  const session = await platform.sessions.create({ module: MODULE, size, fileName, partSize });
  return { video_upload_id: session.id, part_size: partSize };
}

async function uploadPart({ request, platform }: Call): Promise<undefined> {
  const form = await readForm(request);
  const id = textField(form.fields, "video_upload_id");
  const seq = digitsField(form.fields, "part_seq");
  const md5 = md5Field(form.fields, "part_md5");
  const content = oneFile(form, "part_content");
  const session = platform.sessions.find(id, MODULE);
  await receivePart(session, { seq, md5, content });
  if (statusOf(session) === "INITIATED") platform.sessions.move(session, "UPLOADING");
  await platform.network.workOnPart(platform.closing);
}

async function complete({ request, origin, platform }: Call): Promise<undefined> {
  const id = textField(await readJson(request), "video_upload_id");
  await completeSession(platform.sessions.find(id, MODULE), { platform, origin });
}

// deno-lint-ignore require-await -- an endpoint answers a promise
async function getResult({ query, origin, platform }: Call): Promise<GetMediaVideoUploadResultResponse> {
  const id = textField(Object.fromEntries(query), "video_upload_id");
  const session = platform.sessions.find(id, MODULE);
  return {
    status: statusOf(session),
    reason: session.message,
    update_time: session.updateTime,
    ...(isFinished(session) && { video_info: mediaVideoInfo(session, origin) }),
  };
}

async function cancel({ request, origin, platform }: Call): Promise<undefined> {
  const id = textField(await readJson(request), "video_upload_id");
  await cancelSession(platform.sessions.find(id, MODULE), { platform, origin });
}
