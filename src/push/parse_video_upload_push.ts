import { InvalidInputError } from "../errors.ts";
import type { MediaVideoInfo } from "../platform/types/media.ts";
import type { ImageUrl, VideoInfo, VideoUrl } from "../platform/types/media_space.ts";
import type { OtherPush, VideoUploadPush, VideoUploadPushFields } from "./video_upload_push.ts";

/**
 * Reads a push: one shape for the two kinds that tell what became of a video (codes 11 and 38). Every other push comes
 * back with its code and as it was sent.
 *
 * It believes what it reads: {@linkcode verifyPush} comes first.
 *
 * @param body The request's body: bytes or text.
 * @returns The push; `kind` tells which.
 * @throws {InvalidInputError} If it is not a push, naming the field at fault.
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
  const code = requiredField(raw, "code", "number");
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
  const data = requiredField(raw, "data", "object");
  return {
    module: "media_space",
    code: 11,
    ...videoUploadFields(raw, data),
    message: optionalField(data, "data.message", "string"),
    videoInfo: mediaSpaceVideoInfo(data),
  };
}

function mediaPush(raw: JsonObject): VideoUploadPush {
  const data = requiredField(raw, "data", "object");
  return {
    module: "media",
    code: 38,
    ...videoUploadFields(raw, data),
    message: optionalField(data, "data.reason", "string"),
    videoInfo: mediaVideoInfo(data),
    updateTime: optionalField(data, "data.update_time", "number"),
  };
}

function pushFields(raw: JsonObject): Pick<OtherPush, "shopId" | "timestamp" | "raw"> {
  return {
    shopId: optionalField(raw, "shop_id", "number"),
    timestamp: optionalField(raw, "timestamp", "number"),
    raw,
  };
}

function videoUploadFields(raw: JsonObject, data: JsonObject): Omit<VideoUploadPushFields, "message"> {
  const videoUploadId = optionalField(data, "data.video_upload_id", "string");
  if (videoUploadId === undefined) {
    throw new InvalidInputError(
      `Cannot read the push: data.video_upload_id is missing, nothing else tells which upload it is about (code ${raw.code})`,
    );
  }
  const status = requiredField(data, "data.status", "string");
  return { kind: "video_upload", videoUploadId, status, ...pushFields(raw) };
}

// A video that failed has none of this, or has it empty.
function finishedVideo(data: JsonObject): JsonObject | undefined {
  return data.status === "SUCCEEDED" ? optionalField(data, "data.video_info", "object") : undefined;
}

function mediaSpaceVideoInfo(data: JsonObject): VideoInfo | undefined {
  const video = finishedVideo(data);
  if (!video) return undefined;
  const { video_url: _videos, thumbnail_url: _thumbnails, ...rest } = video;
  return {
    ...rest,
    video_url_list: requiredField(video, "data.video_info.video_url", "list") as VideoUrl[],
    thumbnail_url_list: requiredField(video, "data.video_info.thumbnail_url", "list") as ImageUrl[],
    duration: requiredField(video, "data.video_info.duration", "number"),
  };
}

function mediaVideoInfo(data: JsonObject): MediaVideoInfo | undefined {
  const video = finishedVideo(data);
  if (!video) return undefined;
  requiredField(video, "data.video_info.video_url", "string");
  requiredField(video, "data.video_info.duration", "number");
  // It has the very shape of `get_video_upload_result`, whose other fields are taken at Shopee's word, too.
  return video as unknown as MediaVideoInfo;
}

/** An object of a parsed push. */
type JsonObject = Record<string, unknown>;

interface FieldTypes {
  string: string;
  number: number;
  list: unknown[];
  object: JsonObject;
}

/**
 * Reads the last name of `path` out of `parent`. `null` and `""` count as absent: Shopee sends them for what it has
 * nothing to tell about.
 */
function optionalField<Type extends keyof FieldTypes>(
  parent: JsonObject,
  path: string,
  type: Type,
): FieldTypes[Type] | undefined {
  const value = parent[path.slice(path.lastIndexOf(".") + 1)];
  if (value === undefined || value === null || value === "") return undefined;
  if (typeOf(value) !== type) {
    throw new InvalidInputError(`Cannot read the push: ${path} is ${named(typeOf(value))}, must be ${named(type)}`);
  }
  return value as FieldTypes[Type];
}

/** Like {@linkcode optionalField}, for a field without which the push says nothing. */
function requiredField<Type extends keyof FieldTypes>(
  parent: JsonObject,
  path: string,
  type: Type,
): FieldTypes[Type] {
  const value = optionalField(parent, path, type);
  if (value === undefined) {
    throw new InvalidInputError(`Cannot read the push: ${path} is missing, must be ${named(type)}`);
  }
  return value;
}

function typeOf(value: unknown): string {
  return Array.isArray(value) ? "list" : typeof value;
}

function named(type: string): string {
  return type === "object" ? "an object" : `a ${type}`;
}
