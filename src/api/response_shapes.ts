import {
  type Fields,
  isEmpty,
  isFields,
  readCode,
  readFields,
  readId,
  readList,
  readNumber,
  readText,
  withFields,
} from "./read_fields.ts";

/** What the `response` of an endpoint must hold, so that it is one. */
export interface ResponseShape {
  /** What it has to have, to end the sentence "Shopee's answer has no …". */
  needs: string;
  /**
   * Brings a response into the shape that is promised: ids are texts, lists are lists of whole entries, what is unknown
   * stays. Returns nothing when it lacks what it needs.
   */
  read(response: Fields): Fields | undefined;
}

/** `init_video_upload`. The `part_size` of `media` is left as it is: who cannot use it has a session to cancel. */
export const INIT_RESPONSE: ResponseShape = {
  needs: "video_upload_id that can be used",
  read(response) {
    const video_upload_id = readId(response.video_upload_id);
    return video_upload_id === undefined ? undefined : { ...response, video_upload_id };
  },
};

/** `get_video_upload_result` of `media_space`. */
export const RESULT_RESPONSE: ResponseShape = {
  needs: "status",
  read: (response) => readResult(response, readVideoInfo(response.video_info)),
};

/** `get_video_upload_result` of `media`. */
export const MEDIA_RESULT_RESPONSE: ResponseShape = {
  needs: "status",
  read: (response) => readResult(response, readMediaVideoInfo(response.video_info)),
};

/**
 * `upload_image` of `media_space`. An entry that does not say which image it is about is left out, and so are two that say
 * the same; one that has no `image_id` has no `image_info`.
 */
export const IMAGES_RESPONSE: ResponseShape = {
  needs: "image_id",
  read(response) {
    const image_info = readImageInfo(response.image_info);
    const entries = readList(response.image_info_list).flatMap(readImageEntry)
      .filter(({ id }, _, all) => all.filter((entry) => entry.id === id).length === 1);
    // Some answers know the first image alone, in its old place.
    if (entries.length === 0 && image_info !== undefined) entries.push({ id: 0, error: "", message: "", image_info });
    if (!entries.some(({ error, image_info }) => error || image_info)) return undefined;
    return withFields(response, { image_info, image_info_list: entries });
  },
};

/** `upload_image` of `media`. Its list has no index: were one entry left out, every id after it would be another image's. */
export const MEDIA_IMAGES_RESPONSE: ResponseShape = {
  needs: "image_list with an image_id for each image",
  read(response) {
    const image_list = readList(response.image_list).map(readMediaImage);
    return image_list.length === 0 || image_list.includes(undefined) ? undefined : { ...response, image_list };
  },
};

function readResult(response: Fields, video_info: Fields | undefined): Fields | undefined {
  const status = readText(response.status);
  if (!status) return undefined;
  return withFields(response, {
    status,
    message: readText(response.message),
    reason: readText(response.reason),
    update_time: readNumber(response.update_time),
    video_info,
  });
}

/** What tells nothing of a video is none: servers fill in empty fields while it is being transcoded. */
function readVideoInfo(value: unknown): Fields | undefined {
  const info = readFields(value);
  const video_url_list = readUrls(info.video_url_list, "video");
  const thumbnail_url_list = readUrls(info.thumbnail_url_list, "image");
  const duration = readNumber(info.duration) ?? 0;
  if (video_url_list.length === 0 && duration <= 0) return undefined;
  return { ...info, video_url_list, thumbnail_url_list, duration };
}

function readMediaVideoInfo(value: unknown): Fields | undefined {
  const info = readFields(value);
  const video_url = readText(info.video_url);
  if (!video_url) return undefined;
  return {
    ...info,
    video_url,
    video_thumbnail_url: readText(info.video_thumbnail_url) ?? "",
    thumbnail_width: readNumber(info.thumbnail_width) ?? 0,
    thumbnail_height: readNumber(info.thumbnail_height) ?? 0,
    duration: readNumber(info.duration) ?? 0,
    resolution: readText(info.resolution) ?? "",
  };
}

/** The entries that have a URL. */
function readUrls(value: unknown, of: "video" | "image"): Fields[] {
  return readList(value).filter(isFields).flatMap((entry) => {
    const url = readText(entry[`${of}_url`]);
    if (!url) return [];
    return [{ ...entry, [`${of}_url`]: url, [`${of}_url_region`]: readText(entry[`${of}_url_region`]) ?? "" }];
  });
}

function readImageEntry(value: unknown): Fields[] {
  const entry = readFields(value);
  const id = readNumber(entry.id);
  const error = isEmpty(entry.error) ? "" : readCode(entry.error);
  if (id === undefined || !Number.isSafeInteger(id) || id < 0 || error === undefined) return [];
  const image_info = error === "" ? readImageInfo(entry.image_info) : undefined;
  return [withFields(entry, { id, error, message: readText(entry.message) ?? "", image_info })];
}

function readImageInfo(value: unknown): Fields | undefined {
  const info = readFields(value);
  const image_id = readId(info.image_id);
  if (image_id === undefined) return undefined;
  return { ...info, image_id, image_url_list: readUrls(info.image_url_list, "image") };
}

function readMediaImage(value: unknown): Fields | undefined {
  const image = readFields(value);
  const image_id = readId(image.image_id);
  return image_id === undefined ? undefined : { ...image, image_id, image_url: readText(image.image_url) ?? "" };
}
