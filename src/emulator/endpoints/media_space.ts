import type {
  GetVideoUploadResultResponse,
  ImageInfoListEntry,
  InitVideoUploadResponse,
  UploadImageResponse,
} from "../../platform/types/media_space.ts";
import { describeRefusal, type Dialect, Refusal } from "../api/answer.ts";
import type { Reason } from "../api/refusals.ts";
import { MAX_IMAGE_SIZE } from "../files/image_store.ts";
import { imageUrl, mediaSpaceVideoInfo, uploadImageResponse } from "../files/media_info.ts";
import { cancelSession, completeSession, demandKnown, receivePart } from "../session/session_steps.ts";
import { isFinished, partCount, statusOf, type UploadSession } from "../session/upload_session.ts";
import {
  digitsField,
  type Fields,
  integerField,
  integerListField,
  md5Field,
  objectField,
  textField,
  wrongField,
} from "./fields.ts";
import type { Call, Handlers } from "./handler.ts";
import { imageFiles, oneFile, readForm, readJson } from "./read_body.ts";

const MODULE = "media_space";
/** Bytes: 30 MB. */
const MAX_VIDEO = 31_457_280;

/** Images in one call: the reference tells of up to 9 in one place, and of less than 9 in another. */
const MAX_IMAGES: Record<Dialect, number> = { reference: 9, samples: 8 };
/** What is wrong with one image and makes the platform refuse all of them, as clients have seen it. */
const REFUSES_ALL: ReadonlySet<Reason> = new Set(["unknownImageFormat", "damagedImage", "tinyImage"]);

/** The calls of the module `media_space`: videos and pictures of products. */
export const mediaSpaceHandlers: Handlers<"media_space"> = {
  "media_space/init_video_upload": initVideoUpload,
  "media_space/upload_video_part": uploadVideoPart,
  "media_space/complete_video_upload": completeVideoUpload,
  "media_space/get_video_upload_result": getVideoUploadResult,
  "media_space/cancel_video_upload": cancelVideoUpload,
  "media_space/upload_image": uploadImage,
};

async function initVideoUpload({ request, shopId, context }: Call): Promise<InitVideoUploadResponse> {
  const fields = await readJson(request);
  const md5 = md5Field(fields, "file_md5");
  const size = integerField(fields, "file_size", { min: 1 });
  if (size > MAX_VIDEO) throw new Refusal("videoTooLarge", { size, most: MAX_VIDEO });
  const session = await context.sessions.create({
    module: MODULE,
    shopId,
    size,
    md5,
    partSize: context.mediaSpacePartSize,
  });
  return { video_upload_id: session.id };
}

async function uploadVideoPart({ request, shopId, context }: Call): Promise<undefined> {
  const form = await readForm(request, context.mediaSpacePartSize);
  const id = textField(form.fields, "video_upload_id");
  const seq = digitsField(form.fields, "part_seq");
  const md5 = md5Field(form.fields, "content_md5");
  const content = oneFile(form, "part_content");
  await receivePart(context.sessions.find(id, { module: MODULE, shopId }), { seq, md5, content });
  await context.network.workOnPart(context.closing);
}

async function completeVideoUpload({ request, origin, shopId, context }: Call): Promise<undefined> {
  const fields = await readJson(request);
  const id = textField(fields, "video_upload_id");
  const sequences = integerListField(fields, "part_seq_list");
  const uploadCost = integerField(objectField(fields, "report_data"), "upload_cost");
  const session = context.sessions.find(id, { module: MODULE, shopId });
  await completeSession(session, {
    sessions: context.sessions,
    check: () => demandSequences(session, sequences),
  });
  session.uploadCost = uploadCost;
  context.processVideo(session, origin);
}

function demandSequences(session: UploadSession, sequences: number[]): void {
  const count = partCount(session);
  const isWhole = sequences.length === count && new Set(sequences).size === count && Math.max(...sequences) < count;
  if (!isWhole) throw new Refusal("wrongPartList", { last: count - 1 });
}

function getVideoUploadResult({ query, origin, shopId, context }: Call): GetVideoUploadResultResponse {
  const id = textField(Object.fromEntries(query), "video_upload_id");
  const session = context.sessions.find(id, { module: MODULE, shopId });
  demandKnown(session);
  const isShown = context.dialect === "samples" && isFinished(session);
  return {
    status: statusOf(session),
    message: isShown ? "success" : session.message,
    ...(isFinished(session) && { video_info: mediaSpaceVideoInfo(session, origin) }),
  };
}

/** No push tells of it: those of this module know no such status. */
async function cancelVideoUpload({ request, shopId, context }: Call): Promise<undefined> {
  const id = textField(await readJson(request), "video_upload_id");
  await cancelSession(context.sessions.find(id, { module: MODULE, shopId }), context.sessions);
}

/** Pictures are kept as sent, whatever `scene` and `ratio` say. */
async function uploadImage({ request, origin, context }: Call): Promise<UploadImageResponse> {
  const { dialect, images } = context;
  const form = await readForm(request, MAX_IMAGES[dialect] * MAX_IMAGE_SIZE);
  demandOneOf(form.fields, "scene", ["normal", "desc"]);
  demandOneOf(form.fields, "ratio", ["1:1", "3:4"]);
  const files = imageFiles(form, "image", MAX_IMAGES[dialect]);
  const refusals = await Promise.all(files.map((file) => refusalOf(images.check(file))));
  const refusesAll = refusals.find((refusal) => refusal !== undefined && REFUSES_ALL.has(refusal.reason));
  if (dialect === "samples" && refusesAll !== undefined) throw refusesAll;

  const upload = async (file: Uint8Array, index: number): Promise<ImageInfoListEntry> => {
    const refusal = refusals[index];
    if (refusal !== undefined) {
      const { code, message } = describeRefusal(refusal, { dialect, endpoint: "media_space/upload_image" });
      return { id: index, error: code, message };
    }
    const { id } = await images.add(file);
    const image_info = { image_id: id, image_url_list: [{ image_url_region: "SG", image_url: imageUrl(origin, id) }] };
    return { id: index, error: "", message: "", image_info };
  };
  return uploadImageResponse(await Promise.all(files.map(upload)));
}

async function refusalOf(checking: Promise<unknown>): Promise<Refusal | undefined> {
  try {
    await checking;
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  return undefined;
}

function demandOneOf(fields: Fields, name: string, choices: string[]): void {
  const value = fields[name];
  if (value === undefined || choices.includes(value as string)) return;
  throw wrongField(fields, name, `must be ${choices.join(" or ")}`);
}
