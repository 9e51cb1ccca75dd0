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

/** An object of an answer, whatever it holds. */
export type Fields = Record<string, unknown>;

/** Reads an object; anything else has no fields. */
export function readFields(value: unknown): Fields {
  return isFields(value) ? value : {};
}

/** Whether it is an object with fields: no list, and not `null`. */
export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Reads a list; anything else has no entries. */
export function readList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Reads a text; a number counts as one. */
export function readText(value: unknown): string | undefined {
  return typeof value === "number" ? `${value}` : typeof value === "string" ? value : undefined;
}

/**
 * Reads an id. One that comes as a number is a text from here on. Beyond 2^53 `JSON.parse` has rounded it to the id of
 * something else, so such a number is none; neither is 0, which is what an empty field looks like.
 */
export function readId(value: unknown): string | undefined {
  if (typeof value === "number") return Number.isSafeInteger(value) && value > 0 ? `${value}` : undefined;
  return typeof value === "string" && value.trim() !== "" ? value : undefined;
}

/** Reads a number; a text that is one counts, too. */
export function readNumber(value: unknown): number | undefined {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : undefined;
}

/** Reads an error code: `""` where it says that all is well, nothing where it says nothing that can be read. */
export function readCode(value: unknown): string | undefined {
  const code = readText(value);
  return code === "-" ? "" : code;
}

/** Whether a field holds nothing: some fronts leave an empty one out, others write `null` or 0. */
export function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === 0;
}

/** Sets some fields, and leaves out those that are `undefined`; all others stay as they are. */
export function withFields(fields: Fields, changes: Fields): Fields {
  const changed = { ...fields, ...changes };
  for (const name of Object.keys(changes)) if (changes[name] === undefined) delete changed[name];
  return changed;
}
