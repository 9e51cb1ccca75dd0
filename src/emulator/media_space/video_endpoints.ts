import type { GetVideoUploadResultResponse, InitVideoUploadResponse } from "../../platform/types/media_space.ts";
import type { Call, Endpoint } from "../api/endpoint.ts";
import { MAX_MEDIA_SPACE_VIDEO, MEDIA_SPACE_PART_SIZE } from "../limits.ts";
import { Refusal } from "../api/refusal.ts";
import { digitsField, integerField, integerListField, md5Field, objectField, textField } from "../api/fields.ts";
import { oneFile, readForm, readJson } from "../api/read_body.ts";
import { completeSession } from "../session/complete_session.ts";
import { cancelSession } from "../session/cancel_session.ts";
import { receivePart } from "../session/receive_part.ts";
import { isFinished, partCount, statusOf, type UploadSession } from "../session/upload_session.ts";
import { mediaSpaceVideoInfo } from "./video_info.ts";

const MODULE = "media_space";

/** The five calls by which a product video is uploaded. */
export const mediaSpaceVideoEndpoints: Endpoint[] = [
  { method: "POST", path: "/api/v2/media_space/init_video_upload", signer: "shop", handle: init },
  { method: "POST", path: "/api/v2/media_space/upload_video_part", signer: "public", handle: uploadPart },
  { method: "POST", path: "/api/v2/media_space/complete_video_upload", signer: "public", handle: complete },
  { method: "GET", path: "/api/v2/media_space/get_video_upload_result", signer: "shop", handle: getResult },
  { method: "POST", path: "/api/v2/media_space/cancel_video_upload", signer: "shop", handle: cancel },
];

async function init({ request, platform }: Call): Promise<InitVideoUploadResponse> {
  const fields = await readJson(request);
  const md5 = md5Field(fields, "file_md5");
  const size = integerField(fields, "file_size", { min: 1 });
  if (size > MAX_MEDIA_SPACE_VIDEO) {
    throw new Refusal("videoTooLarge", size, MAX_MEDIA_SPACE_VIDEO);
  }
  const session = await platform.sessions.create({ module: MODULE, size, md5, partSize: MEDIA_SPACE_PART_SIZE });
  return { video_upload_id: session.id };
}

async function uploadPart({ request, platform }: Call): Promise<undefined> {
  const form = await readForm(request);
  const id = textField(form.fields, "video_upload_id");
  const seq = digitsField(form.fields, "part_seq");
  const md5 = md5Field(form.fields, "content_md5");
  const content = oneFile(form, "part_content");
  await receivePart(platform.sessions.find(id, MODULE), { seq, md5, content });
  await platform.network.workOnPart(platform.closing);
}

async function complete({ request, origin, platform }: Call): Promise<undefined> {
  const fields = await readJson(request);
  const id = textField(fields, "video_upload_id");
  const sequences = integerListField(fields, "part_seq_list");
  const uploadCost = integerField(objectField(fields, "report_data"), "upload_cost");
  const session = platform.sessions.find(id, MODULE);
  await completeSession(session, {
    platform,
    origin,
    check: () => demandSequences(session, sequences),
  });
  session.uploadCost = uploadCost;
}

function demandSequences(session: UploadSession, sequences: number[]): void {
  const count = partCount(session);
  const isWhole = sequences.length === count && new Set(sequences).size === count && Math.max(...sequences) < count;
  if (isWhole) return;
  throw new Refusal("wrongPartList", count);
}

// deno-lint-ignore require-await -- an endpoint answers a promise
async function getResult({ query, origin, platform }: Call): Promise<GetVideoUploadResultResponse> {
  const id = textField(Object.fromEntries(query), "video_upload_id");
  const session = platform.sessions.find(id, MODULE);
  return {
    status: statusOf(session),
    message: session.message,
    ...(isFinished(session) && { video_info: mediaSpaceVideoInfo(session, origin) }),
  };
}

async function cancel({ request, origin, platform }: Call): Promise<undefined> {
  const id = textField(await readJson(request), "video_upload_id");
  await cancelSession(platform.sessions.find(id, MODULE), { platform, origin });
}
