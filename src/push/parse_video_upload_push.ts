import { InvalidInputError } from "../errors.ts";
import type { MediaVideoInfo } from "../platform/types/media.ts";
import type { VideoInfo } from "../platform/types/media_space.ts";
import type { OtherPush, VideoUploadPush, VideoUploadPushFields } from "./video_upload_push.ts";

/**
 * Reads a push: one shape for the two kinds that tell what became of a video (codes 11 and 38). Every other push comes
 * back with its code and as it was sent.
 *
 * It believes what it reads: {@linkcode verifyPush} comes first.
 *
 * @param body The request's body: bytes or text.
 * @returns The push; `kind` tells which.
 * @throws {InvalidInputError} If it is not a push, or does not tell which upload has ended how.
 * @example
 * ```ts
 * import { parseVideoUploadPush } from "shopee-media/push";
 *
 * const push = parseVideoUploadPush(
 *   '{"code":11,"shop_id":7,"timestamp":1,"data":{"video_upload_id":"sg_1","status":"FAILED","message":"Video is too short"}}',
 * );
 * console.assert(push.kind === "video_upload" && push.message === "Video is too short");
 * ```
 * @see https://open.shopee.com/push-mechanism/11
 */
export function parseVideoUploadPush(body: Uint8Array | string): VideoUploadPush | OtherPush {
  const raw = parseObject(body);
  const code = numberIn(raw, "code");
  if (code === undefined) throw new InvalidInputError("Cannot read the push: code is missing, must be a number");
  if (code === 11) return mediaSpacePush(raw);
  if (code === 38) return mediaPush(raw);
  return { kind: "other", code, ...pushFields(raw) };
}

function parseObject(body: Uint8Array | string): JsonObject {
  let parsed: unknown;
  try {
    parsed = JSON.parse(typeof body === "string" ? body : new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch (cause) {
    throw new InvalidInputError("Cannot read the push: body is not JSON", { cause });
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) {
    throw new InvalidInputError("Cannot read the push: body is not a JSON object");
  }
  return { ...parsed };
}

function mediaSpacePush(raw: JsonObject): VideoUploadPush {
  const data = objectIn(raw, "data");
  return {
    module: "media_space",
    code: 11,
    ...videoUploadFields(raw, data),
    message: textIn(data, "message"),
    videoInfo: mediaSpaceVideoInfo(data),
  };
}

function mediaPush(raw: JsonObject): VideoUploadPush {
  const data = objectIn(raw, "data");
  return {
    module: "media",
    code: 38,
    ...videoUploadFields(raw, data),
    message: textIn(data, "reason"),
    videoInfo: mediaVideoInfo(data),
    updateTime: numberIn(data, "update_time"),
  };
}

function pushFields(raw: JsonObject): Pick<OtherPush, "shopId" | "timestamp" | "raw"> {
  return { shopId: numberIn(raw, "shop_id"), timestamp: numberIn(raw, "timestamp"), raw };
}

function videoUploadFields(raw: JsonObject, data: JsonObject): Omit<VideoUploadPushFields, "message"> {
  const videoUploadId = textIn(data, "video_upload_id") ?? numberIn(data, "video_upload_id")?.toString();
  if (videoUploadId === undefined) {
    throw new InvalidInputError(
      `Cannot read the push: data.video_upload_id is missing, nothing else tells which upload it is about (code ${
        raw["code"]
      })`,
    );
  }
  const status = textIn(data, "status");
  if (status === undefined) {
    throw new InvalidInputError("Cannot read the push: data.status is missing, must be a string");
  }
  return { kind: "video_upload", videoUploadId, status, ...pushFields(raw) };
}

// A video that failed has none of this, or has it empty. Without it a push still tells that the video is ready: who waits
// asks for the rest.
function finishedVideo(data: JsonObject): JsonObject | undefined {
  const video = objectIn(data, "video_info");
  return data["status"] === "SUCCEEDED" && numberIn(video, "duration") !== undefined ? video : undefined;
}

function mediaSpaceVideoInfo(data: JsonObject): VideoInfo | undefined {
  const video = finishedVideo(data);
  if (video === undefined) return undefined;
  const { video_url: videos, thumbnail_url: thumbnails, ...rest } = video;
  if (!Array.isArray(videos)) return undefined;
  const thumbnail_url_list = Array.isArray(thumbnails) ? thumbnails : [];
  return { ...rest, video_url_list: videos, thumbnail_url_list } as unknown as VideoInfo;
}

function mediaVideoInfo(data: JsonObject): MediaVideoInfo | undefined {
  const video = finishedVideo(data);
  if (video === undefined || textIn(video, "video_url") === undefined) return undefined;
  // It has the very shape of `get_video_upload_result`, whose other fields are taken at Shopee's word, too.
  return video as unknown as MediaVideoInfo;
}

/** An object of a parsed push. What is of a wrong type in it counts as absent: one odd field must not lose the push. */
type JsonObject = Record<string, unknown>;

function objectIn(parent: JsonObject, name: string): JsonObject {
  const value = parent[name];
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value as JsonObject : {};
}

function textIn(parent: JsonObject, name: string): string | undefined {
  const value = parent[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}

function numberIn(parent: JsonObject, name: string): number | undefined {
  const value = parent[name];
  return typeof value === "number" ? value : undefined;
}
