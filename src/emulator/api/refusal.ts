/** What is answered to a request that is refused. */
export interface Wording {
  /** Shopee's error code, such as `error_invalid_upload_id`. */
  code: string;
  /** Text for the developer. */
  message: string;
  /** HTTP status. */
  status: number;
  /** Headers besides the usual ones. */
  headers?: Record<string, string>;
}

/** Every reason for which a request is refused, in the order in which it is looked at, and how the platform tells it. */
const WORDINGS = {
  unknownPath: (path: string): Wording => ({ ...gateway("error_not_found", `There is no ${path}.`), status: 404 }),
  wrongMethod: (given: string, want: string): Wording => ({
    ...gateway("error_param", `Wrong method ${given}: use ${want}.`),
    status: 405,
    headers: { Allow: want },
  }),

  noParameter: (name: string): Wording => gateway("error_param", `There is no ${name} in query.`),
  unknownPartner: (): Wording => gateway("invalid_partner_id", "Invalid partner_id."),
  wrongTimestamp: (): Wording => gateway("error_param", "Invalid timestamp"),
  oldTimestamp: (): Wording => gateway("error_param", "Timestamp is expired."),
  wrongSign: (): Wording => gateway("error_sign", "Wrong sign."),
  unknownAccessToken: (): Wording => gateway("error_auth", "Invalid access_token."),
  // The platform's own spelling.
  oldAccessToken: (): Wording => gateway("invalid_acceess_token", "Invalid access_token, please have a check."),
  unknownShop: (): Wording => gateway("partner_shop_no_link", "partner and shop has no linked."),
  wrongRefreshToken: (): Wording => gateway("error_auth", "Invalid refresh_token."),

  wrongContentType: (given: string, want: string): Wording =>
    module("error_param", `Invalid Content-Type: must be ${want}, not ${given}.`),
  noJson: (): Wording => module("error_param", "The body is not JSON."),
  noJsonObject: (): Wording => module("error_param", "The body must be a JSON object."),
  noForm: (): Wording => module("error_param", "The body is not multipart/form-data."),
  wrongField: (name: string, want: string): Wording => module("error_param", `Invalid parameter ${name}: ${want}.`),

  videoTooLarge: (size: number, most: number): Wording =>
    module("error_file_size", `The video has ${size} bytes, at most ${most} are taken.`),
  unknownUpload: (): Wording => module("error_invalid_upload_id", "Invalid video_upload_id."),
  cancelledUpload: (): Wording => module("error_invalid_upload_id", "The video upload has been cancelled."),
  completedUpload: (): Wording => module("error_already_completed", "The video upload has been completed."),
  wrongPartSeq: (seq: number, last: number): Wording =>
    module("error_invalid_part_seq", `Invalid part_seq ${seq}: the last part is ${last}.`),
  wrongPartSize: (seq: number, size: number, want: number): Wording =>
    module("error_invalid_part_size", `Invalid size of part ${seq}: ${size}, must be ${want}.`),
  wrongPartMd5: (seq: number, found: string, told: string): Wording =>
    module("error_data", `The MD5 of part ${seq} is ${found}, not ${told}.`),
  wrongPartList: (count: number): Wording =>
    module("error_invalid_part_seq", `part_seq_list must hold each of 0 to ${count - 1} once.`),
  missingPart: (seq: number): Wording => module("error_invalid_part_seq", `Part ${seq} has not been uploaded.`),
  wrongFileMd5: (found: string, told: string): Wording =>
    module("error_data", `The MD5 of the file is ${found}, not ${told}.`),

  imageTooLarge: (size: number, most: number): Wording =>
    module("error_file_size", `The image has ${size} bytes, at most ${most} are taken.`),
  unknownImageFormat: (): Wording => module("error_param", "The image is neither JPG, JPEG nor PNG."),
  cutOffImage: (): Wording => module("error_param", "The image is cut off."),

  bug: (): Wording => ({ ...module("error_server", "Something went wrong in the emulator."), status: 500 }),
};

/** Refused in front of the modules: path, signature, clock, tokens. */
function gateway(code: string, message: string): Wording {
  return { code, message, status: 403 };
}

/** Refused by the module itself, which answers its errors with HTTP 200. */
function module(code: string, message: string): Wording {
  return { code, message, status: 200 };
}

/** Why a request is refused. */
export type Reason = keyof typeof WORDINGS;

/** Thrown anywhere on the way of a request: it is answered with the reason, as {@linkcode wordRefusal} words it. */
export class Refusal<Why extends Reason = Reason> extends Error {
  override readonly name = "Refusal";
  readonly reason: Why;
  /** What the wording of that reason takes. */
  readonly details: Parameters<(typeof WORDINGS)[Why]>;

  constructor(reason: Why, ...details: Parameters<(typeof WORDINGS)[Why]>) {
    super(reason);
    this.reason = reason;
    this.details = details;
  }
}

/** Tells a refusal as the platform does. */
export function wordRefusal({ reason, details }: Refusal): Wording {
  const word: (...details: never[]) => Wording = WORDINGS[reason];
  return word(...details as never[]);
}
