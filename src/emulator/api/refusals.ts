/**
 * Where a wording is known from: a table of the platform's reference, an error sample on one of its pages, what clients
 * have seen, or nowhere.
 */
export type Source = "reference" | "sample" | "client" | "guess";

/** A code and a text, as the platform would put them. */
export interface Wording {
  /** Such as `product.error_param`. */
  readonly code: string;
  /** `{name}` stands for a detail of the refusal. */
  readonly message: string;
  readonly source: Source;
  /** `front`: an envelope with `code`, `msg` and `debug_message`. @default "usual" */
  readonly envelope?: "usual" | "front" | undefined;
}

/** Why a request is refused. */
export type Reason =
  | "unknownPath"
  | "wrongMethod"
  | "noParameter"
  | "noTimestamp"
  | "unknownPartner"
  | "wrongTimestamp"
  | "oldTimestamp"
  | "wrongShopId"
  | "wrongSign"
  | "unknownAccessToken"
  | "oldAccessToken"
  | "otherShop"
  | "dailyLimit"
  | "rateLimit"
  | "wrongCode"
  | "notLinkedShop"
  | "wrongRefreshToken"
  | "oldRefreshToken"
  | "bodyTooLarge"
  | "wrongContentType"
  | "noJson"
  | "noJsonObject"
  | "noForm"
  | "noFile"
  | "wrongField"
  | "wrongScene"
  | "videoTooLarge"
  | "unknownUpload"
  | "lateUpload"
  | "cancelledUpload"
  | "completedUpload"
  | "wrongPartSeq"
  | "wrongPartSize"
  | "wrongPartMd5"
  | "wrongPartList"
  | "missingPart"
  | "wrongFileMd5"
  | "noImage"
  | "tooManyImages"
  | "imageTooLarge"
  | "unknownImageFormat"
  | "damagedImage"
  | "tinyImage"
  | "bug";

/** One reason to refuse a request, and all its wordings. */
export interface RefusalRow {
  /** HTTP status. Those are guesses, all of them. */
  readonly status: number;
  /** Who refuses: what stands in front of the modules, or the module itself. */
  readonly by: "gateway" | "module";
  /** What is wrong, in the emulator's own words, for its owner's eyes only. */
  readonly hint: string;
  readonly reference: Wording;
  /**
   * Where the samples differ from the reference: by the beginning of an endpoint's name, the first that fits counts. What is
   * not here is said in the reference's words, with `product.` before the code where `media_space` says it.
   */
  readonly samples?: Readonly<Record<string, Wording>> | undefined;
}

const reference = wordingOf("reference");
const sample = wordingOf("sample");
const client = wordingOf("client");
const guess = wordingOf("guess");

function wordingOf(source: Source): (code: string, message: string) => Wording {
  return (code, message) => ({ code, message, source });
}

/** How each refusal is put, in the order in which things are checked. */
export const REFUSALS: Readonly<Record<Reason, RefusalRow>> = {
  unknownPath: {
    ...gateway("There is no {path}"),
    reference: reference(
      "error_param",
      "Permission denied. This API is currently offline or the request path is incorrect.",
    ),
  },
  wrongMethod: {
    ...gateway("The method must be {want}, not {given}", 405),
    reference: guess("error_param", "Wrong method {given}: use {want}."),
  },

  noParameter: {
    ...gateway("The query must have {name}, once"),
    reference: reference("error_param", "There is no {name} in query."),
  },
  noTimestamp: {
    ...gateway("The query must have timestamp, once"),
    reference: reference("error_param", "no timestamp"),
  },
  unknownPartner: {
    ...gateway("partner_id is not that of the app"),
    reference: reference("invalid_partner_id", "Invalid partner_id, please have a check."),
  },
  // That a front with an envelope of its own exists is shown by guide 739; that it judges the clock of these calls is not.
  wrongTimestamp: {
    ...gateway("timestamp must be a time in seconds, within 300 s of {now}"),
    reference: reference("error_param", "Invalid timestamp"),
    samples: { "media/": { ...guess("error_param", "Invalid timestamp"), envelope: "front" } },
  },
  oldTimestamp: {
    ...gateway("timestamp must be a time in seconds, within 300 s of {now}"),
    reference: reference("error_param", "Timestamp is expired."),
    samples: { "media/": { ...guess("error_param", "Timestamp is expired."), envelope: "front" } },
  },
  wrongShopId: {
    ...gateway("shop_id must be a whole number"),
    reference: reference("error_param", "shop_id is invalid, should be an integer between 0 and 4294967295."),
  },
  // The sample is of other Public calls (`v2.push`); clients have seen the other wording in the sandbox, which has no media.
  wrongSign: {
    ...gateway("sign must be the HMAC-SHA256 of {base}"),
    reference: reference("error_sign", "Wrong sign."),
    samples: { "media/": sample("common.error_auth", "Invalid sign"), "": client("error_sign", "Wrong sign.") },
  },
  unknownAccessToken: {
    ...gateway("The access token was never issued"),
    reference: reference("error_auth", "Invalid access_token."),
    samples: { "": sample("error_auth", "Invalid access_token.") },
  },
  oldAccessToken: {
    ...gateway("The access token has expired"),
    // The platform's own spelling.
    reference: reference("invalid_acceess_token", "Invalid access_token, please have a check."),
    samples: { "": client("invalid_acceess_token", "Invalid access_token, please have a check.") },
  },
  otherShop: {
    ...gateway("The access token is not of the shop {given}"),
    reference: reference("partner_shop_no_link", "Invalid partner_id or shop_id, please have a check."),
    samples: { "": sample("error_auth", "Invalid partner_id or shopid.") },
  },
  dailyLimit: {
    ...gateway("The app has made its {limit} calls of the day", 429),
    reference: reference(
      "error_limit",
      "The total API call number made by your APP has reached the daily API call limit, " +
        "please try again after 00: 00 (UTC+08:00)",
    ),
  },
  rateLimit: {
    ...gateway("{whose} has made its {limit} calls of the second", 429),
    reference: reference(
      "error_rate_limit",
      "Too many requests. You have reached the rate limit. Please try again later.",
    ),
  },

  wrongCode: {
    ...gateway("The code was used before, has expired, or was never given to this shop or main account"),
    // The guide has the code alone.
    reference: guess("invalid_code", "Invalid code, please have a check."),
  },
  notLinkedShop: {
    ...gateway("There is no {owner} {given}"),
    reference: reference("shop_no_linked", "Partner and shop has no linked."),
  },
  wrongRefreshToken: {
    ...gateway("The refresh token was used before, or never issued to this shop"),
    reference: reference(
      "error_shop_refresh_token",
      "Your refresh token is error ,please check refresh token or shopid.",
    ),
    samples: { "": sample("error_auth", "Invalid refresh_token.") },
  },
  oldRefreshToken: {
    ...gateway("The refresh token has expired"),
    reference: reference("refresh_token_expired", "Your refresh_token expired."),
  },

  bodyTooLarge: {
    ...gateway("The body has more than {most} bytes", 413),
    reference: guess("error_param", "Wrong parameters, detail: the request body is too large."),
  },
  wrongContentType: {
    ...module("The Content-Type must be {want}, not {given}"),
    reference: reference("error_param", "Wrong parameters, detail: the Content-Type must be {want}."),
    samples: { "media_space/upload_video_part": sample("product.error_param", "invalid parameter form is missing") },
  },
  noJson: {
    ...module("The body is not JSON"),
    reference: reference("error_data", "parse data failed"),
    // The sample is of another call of what answers here (`v2.product`).
    samples: { "media_space/": sample("product.error_param", "EOF") },
  },
  noJsonObject: {
    ...module("The body must be a JSON object"),
    reference: reference("error_data", "parse data failed"),
  },
  noForm: {
    ...module("The body is not multipart/form-data"),
    reference: reference("error_data", "parse data failed"),
    samples: { "media_space/": sample("product.error_param", "invalid parameter form is missing") },
  },
  noFile: {
    ...module("{name} must be one file"),
    reference: reference("error_param", "Wrong parameters, detail: {name} must be one file."),
    samples: { "media_space/": guess("product.error_param", "invalid parameter form is missing") },
  },
  wrongField: {
    ...module("{name} {want}"),
    reference: reference("error_param", "Wrong parameters, detail: {name} {want}."),
    samples: {
      "media_space/init_video_upload": sample("product.error_param", "invalid parameter invalid {name}: {given}"),
      "media_space/": guess("product.error_param", "invalid parameter invalid {name}: {given}"),
    },
  },
  wrongScene: {
    ...module("business must be {business} and scene {scene}"),
    reference: guess("error_param", "Wrong parameters, detail: business must be {business} and scene {scene}."),
    samples: {
      "media/init_video_upload": sample("error_param", "The scene value does not match with business."),
      "media/": guess("error_param", "The scene value does not match with business."),
    },
  },

  videoTooLarge: {
    ...module("The video has {size} bytes, at most {most} are taken"),
    reference: reference("error_file_size", "File size is too large. Video size should be less than 30M."),
    samples: { "media/": guess("error_file_size", "File size is too large.") },
  },
  unknownUpload: {
    ...module("There is no such video upload in this module and of this shop, or it has expired"),
    reference: reference("error_invalid_upload_id", "Invalid upload_id."),
    samples: {
      "media_space/cancel_video_upload": sample("product.error_unknown", "invalid or expired vid"),
      "media_space/upload_video_part": guess("product.error_param", "invalid upload_id"),
      "media_space/": sample("product.error_param", "invalid upload_id"),
      "media/upload_video_part": guess("error_param", "Upload task not found."),
      "media/": sample("error_param", "Upload task not found."),
    },
  },
  lateUpload: {
    ...module("The video upload {id} was completed a moment ago and is not known yet"),
    reference: guess("error_invalid_upload_id", "Invalid upload_id."),
    samples: {
      "media_space/": client("product.error_unknown", "invalid or expired vid"),
      "media/": client("error_param", "Upload task not found."),
    },
  },
  cancelledUpload: {
    ...module("The video upload {id} was cancelled"),
    reference: guess("error_invalid_upload_id", "Invalid upload_id."),
    samples: {
      "media_space/": guess("product.error_param", "invalid upload_id"),
      "media/": guess("error_param", "Upload task not found."),
    },
  },
  completedUpload: {
    ...module("The video upload {id} was completed"),
    reference: reference("error_already_completed", "Upload already completed."),
  },
  wrongPartSeq: {
    ...module("part_seq is {seq}, and the last part is {last}"),
    reference: reference("error_invalid_part_seq", "Invalid part_seq."),
  },
  wrongPartSize: {
    ...module("Part {seq} must have {want} bytes, not {size}"),
    reference: reference("error_invalid_part_size", "Invalid part_size."),
  },
  wrongPartMd5: {
    ...module("The MD5 of part {seq} is {found}, not {given}"),
    reference: guess("error_data", "The MD5 of part {seq} is {found}, not {given}."),
    samples: {
      "media_space/": guess("product.error_param", "invalid parameter invalid content_md5: {given}"),
      "media/": sample("error_param", "The part_md5 does not match with actual file."),
    },
  },
  wrongPartList: {
    ...module("part_seq_list must hold each of 0 to {last} once"),
    reference: reference("error_invalid_part_seq", "Invalid part_seq."),
  },
  missingPart: {
    ...module("Part {seq} has not been uploaded"),
    reference: reference("error_invalid_part_seq", "Invalid part_seq."),
  },
  wrongFileMd5: {
    ...module("The MD5 of the file is {found}, not {given}"),
    reference: guess("error_data", "The MD5 of the file is {found}, not {given}."),
    samples: { "media_space/": guess("product.error_param", "invalid parameter invalid file_md5: {given}") },
  },

  noImage: {
    ...module("{name} must be 1 to {most} files"),
    reference: reference("error_param", "Wrong parameters, detail: {name} must be 1 to {most} files."),
    samples: {
      "media_space/": client("product.error_param", "can't find image file"),
      "media/": guess("error_param", "can't find image file"),
    },
  },
  tooManyImages: {
    ...module("{name} must be 1 to {most} files, not {count}"),
    reference: reference("error_param", "Wrong parameters, detail: {name} must be 1 to {most} files."),
    // The text is the parameter's description.
    samples: {
      "media_space/": guess("product.error_param", "image number should be less than 9"),
      "media/": guess("error_param", "image number should be at most {most}"),
    },
  },
  imageTooLarge: {
    ...module("The image has {size} bytes, at most {most} are taken"),
    reference: guess("error_file_size", "The image has {size} bytes, at most {most} are taken."),
  },
  unknownImageFormat: {
    ...module("The image is neither JPG, JPEG nor PNG"),
    reference: guess("error_param", "The image is neither JPG, JPEG nor PNG."),
    samples: badImage(client),
  },
  damagedImage: {
    ...module("The image cannot be decoded: {how}"),
    reference: guess("error_param", "The image is damaged."),
    samples: badImage(guess),
  },
  tinyImage: {
    ...module("The image has {width} x {height} pixels, more than {least} are wanted on either side"),
    reference: guess("error_param", "The image is too small."),
    samples: badImage(client),
  },

  bug: {
    ...module("Something went wrong in the emulator", 500),
    reference: reference("error_server", "Something wrong. Please try later."),
  },
};

/** Refused in front of the modules: path, signature, clock, tokens, limits. */
function gateway(hint: string, status = 403): Pick<RefusalRow, "by" | "status" | "hint"> {
  return { by: "gateway", status, hint };
}

/** Refused by the module itself, which answers its errors with HTTP 200. */
function module(hint: string, status = 200): Pick<RefusalRow, "by" | "status" | "hint"> {
  return { by: "module", status, hint };
}

/** The measurements are of `media_space`. */
function badImage(measured: typeof client): Record<string, Wording> {
  const message = "image is invalid or not supported";
  return { "media_space/": measured("product.error_param", message), "media/": guess("error_param", message) };
}
