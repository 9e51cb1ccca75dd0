/** What an error is answered with. */
export interface ErrorAnswer {
  /** Shopee's error code, such as `error_invalid_upload_id`. */
  code: string;
  /** Text for the developer. */
  message: string;
  /** HTTP status. */
  status: number;
  /** Headers besides the usual ones. */
  headers?: Record<string, string>;
}

/** Every reason for which a request is refused, in the order in which they are checked, and what is answered then. */
const REFUSALS = {
  unknownPath: (path: string): ErrorAnswer => ({ ...gateway("error_not_found", `There is no ${path}.`), status: 404 }),
  wrongMethod: (given: string, want: string): ErrorAnswer => ({
    ...gateway("error_param", `Wrong method ${given}: use ${want}.`),
    status: 405,
    headers: { Allow: want },
  }),

  noParameter: (name: string): ErrorAnswer => gateway("error_param", `There is no ${name} in query.`),
  unknownPartner: (): ErrorAnswer => gateway("invalid_partner_id", "Invalid partner_id."),
  wrongTimestamp: (): ErrorAnswer => gateway("error_param", "Invalid timestamp"),
  oldTimestamp: (): ErrorAnswer => gateway("error_param", "Timestamp is expired."),
  wrongSign: (): ErrorAnswer => gateway("error_sign", "Wrong sign."),
  unknownAccessToken: (): ErrorAnswer => gateway("error_auth", "Invalid access_token."),
  // The platform's own spelling.
  oldAccessToken: (): ErrorAnswer => gateway("invalid_acceess_token", "Invalid access_token, please have a check."),
  unknownShop: (): ErrorAnswer => gateway("partner_shop_no_link", "partner and shop has no linked."),
  wrongRefreshToken: (): ErrorAnswer => gateway("error_auth", "Invalid refresh_token."),

  wrongContentType: (given: string, want: string): ErrorAnswer =>
    module("error_param", `Invalid Content-Type: must be ${want}, not ${given}.`),
  noJson: (): ErrorAnswer => module("error_param", "The body is not JSON."),
  noJsonObject: (): ErrorAnswer => module("error_param", "The body must be a JSON object."),
  noForm: (): ErrorAnswer => module("error_param", "The body is not multipart/form-data."),
  wrongField: (name: string, want: string): ErrorAnswer => module("error_param", `Invalid parameter ${name}: ${want}.`),

  videoTooLarge: (size: number, most: number): ErrorAnswer =>
    module("error_file_size", `The video has ${size} bytes, at most ${most} are taken.`),
  unknownUpload: (): ErrorAnswer => module("error_invalid_upload_id", "Invalid video_upload_id."),
  cancelledUpload: (): ErrorAnswer => module("error_invalid_upload_id", "The video upload has been cancelled."),
  completedUpload: (): ErrorAnswer => module("error_already_completed", "The video upload has been completed."),
  wrongPartSeq: (seq: number, last: number): ErrorAnswer =>
    module("error_invalid_part_seq", `Invalid part_seq ${seq}: the last part is ${last}.`),
  wrongPartSize: (seq: number, size: number, want: number): ErrorAnswer =>
    module("error_invalid_part_size", `Invalid size of part ${seq}: ${size}, must be ${want}.`),
  wrongPartMd5: (seq: number, found: string, given: string): ErrorAnswer =>
    module("error_data", `The MD5 of part ${seq} is ${found}, not ${given}.`),
  wrongPartList: (count: number): ErrorAnswer =>
    module("error_invalid_part_seq", `part_seq_list must hold each of 0 to ${count - 1} once.`),
  missingPart: (seq: number): ErrorAnswer => module("error_invalid_part_seq", `Part ${seq} has not been uploaded.`),
  wrongFileMd5: (found: string, given: string): ErrorAnswer =>
    module("error_data", `The MD5 of the file is ${found}, not ${given}.`),

  imageTooLarge: (size: number, most: number): ErrorAnswer =>
    module("error_file_size", `The image has ${size} bytes, at most ${most} are taken.`),
  unknownImageFormat: (): ErrorAnswer => module("error_param", "The image is neither JPG, JPEG nor PNG."),
  cutOffImage: (): ErrorAnswer => module("error_param", "The image is cut off."),

  bug: (): ErrorAnswer => ({ ...module("error_server", "Something went wrong in the emulator."), status: 500 }),
};

/** Refused in front of the modules: path, signature, clock, tokens. */
function gateway(code: string, message: string): ErrorAnswer {
  return { code, message, status: 403 };
}

/** Refused by the module itself, which answers its errors with HTTP 200. */
function module(code: string, message: string): ErrorAnswer {
  return { code, message, status: 200 };
}

/** Why a request is refused. */
export type Reason = keyof typeof REFUSALS;

/** Thrown anywhere on the way of a request; {@linkcode describeRefusal} says what is answered. */
export class Refusal<Why extends Reason = Reason> extends Error {
  override readonly name = "Refusal";
  readonly reason: Why;
  /** What the entry of that reason is called with. */
  readonly details: Parameters<(typeof REFUSALS)[Why]>;

  constructor(reason: Why, ...details: Parameters<(typeof REFUSALS)[Why]>) {
    super(reason);
    this.reason = reason;
    this.details = details;
  }
}

/** Puts a refusal into the platform's words. */
export function describeRefusal({ reason, details }: Refusal): ErrorAnswer {
  const describe: (...details: never[]) => ErrorAnswer = REFUSALS[reason];
  return describe(...details as never[]);
}
