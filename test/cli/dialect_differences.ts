/**
 * Where the reference answers otherwise than the platform's samples, and clients that talk to it, show: all of it, by the
 * probes of `shopee-media conform`. Each line is `what differs: in the dialect samples | in the dialect reference`.
 */
const NO_WARNING = "field warning: text | null";

export const DIALECT_DIFFERENCES: Readonly<Record<string, readonly string[]>> = {
  "media_space/init_video_upload another-shop": [
    "code: error_auth | partner_shop_no_link",
    "message: Invalid partner_id or shopid. | Invalid partner_id or shop_id, please have a check.",
  ],
  "media_space/init_video_upload wrong-md5": [
    "code: product.error_param | error_param",
    "message: invalid parameter invalid file_md5: no MD5 | Wrong parameters, detail: file_md5 must be an MD5 in hex.",
    NO_WARNING,
  ],
  "media_space/init_video_upload no-size": [
    "code: product.error_param | error_param",
    "message: invalid parameter invalid file_size:  | Wrong parameters, detail: file_size must be a whole number.",
    NO_WARNING,
  ],
  "media_space/init_video_upload too-large": ["code: product.error_file_size | error_file_size", NO_WARNING],
  "media_space/upload_video_part well": [NO_WARNING],
  "media_space/upload_video_part for-the-shop": [NO_WARNING],
  "media_space/upload_video_part wrong-md5": [
    "code: product.error_param | error_data",
    "message: invalid parameter invalid content_md5: {md5} | The MD5 of part 0 is {md5}, not {md5}.",
    NO_WARNING,
  ],
  "media_space/upload_video_part beyond-the-last": [
    "code: product.error_invalid_part_seq | error_invalid_part_seq",
    NO_WARNING,
  ],
  "media_space/upload_video_part no-form": [
    "code: product.error_param | error_param",
    "message: invalid parameter form is missing | Wrong parameters, detail: the Content-Type must be multipart/form-data.",
    NO_WARNING,
  ],
  "media_space/upload_video_part twice": [NO_WARNING],
  "media_space/upload_video_part too-long": [
    "code: product.error_invalid_part_size | error_invalid_part_size",
    NO_WARNING,
  ],
  "media_space/upload_video_part too-short": [
    "code: product.error_invalid_part_size | error_invalid_part_size",
    NO_WARNING,
  ],
  "media_space/upload_video_part cancelled": [
    "code: product.error_param | error_invalid_upload_id",
    "message: invalid upload_id | Invalid upload_id.",
    NO_WARNING,
  ],
  "media_space/upload_video_part unknown-id": [
    "code: product.error_param | error_invalid_upload_id",
    "message: invalid upload_id | Invalid upload_id.",
    NO_WARNING,
  ],
  "media_space/complete_video_upload no-parts": [
    "code: product.error_invalid_part_seq | error_invalid_part_seq",
    NO_WARNING,
  ],
  "media_space/complete_video_upload wrong-list": [
    "code: product.error_invalid_part_seq | error_invalid_part_seq",
    NO_WARNING,
  ],
  "media_space/complete_video_upload wrong-md5": [
    "code: product.error_param | error_data",
    "message: invalid parameter invalid file_md5: {md5} | The MD5 of the file is {md5}, not {md5}.",
    NO_WARNING,
  ],
  "media_space/complete_video_upload unknown-id": [
    "code: product.error_param | error_invalid_upload_id",
    "message: invalid upload_id | Invalid upload_id.",
    NO_WARNING,
  ],
  "media_space/get_video_upload_result unknown-id": [
    "code: product.error_param | error_invalid_upload_id",
    "message: invalid upload_id | Invalid upload_id.",
    NO_WARNING,
  ],
  "media_space/cancel_video_upload well": [NO_WARNING],
  "media_space/cancel_video_upload twice": [NO_WARNING],
  "media_space/cancel_video_upload unknown-id": [
    "code: product.error_unknown | error_invalid_upload_id",
    "message: invalid or expired vid | Invalid upload_id.",
    NO_WARNING,
  ],
  "media_space/upload_image none": [
    "code: product.error_param | error_param",
    "message: can't find image file | Wrong parameters, detail: image must be 1 to 9 files.",
    NO_WARNING,
  ],
  "media_space/upload_image ten": [
    "code: product.error_param | error_param",
    "message: image number should be less than 9 | Wrong parameters, detail: image must be 1 to 9 files.",
    NO_WARNING,
  ],
  "media_space/upload_image nine-tiny": [
    "code: product.error_param | ",
    "message: image number should be less than 9 | ",
    NO_WARNING,
    "field response: null | object",
  ],
  "media_space/upload_image tiny": [
    "code: product.error_param | ",
    "message: image is invalid or not supported | ",
    NO_WARNING,
    "field response: null | object",
  ],
  "media_space/upload_image webp": [
    "code: product.error_param | ",
    "message: image is invalid or not supported | ",
    NO_WARNING,
    "field response: null | object",
  ],
  "media/init_video_upload well": [NO_WARNING],
  "media/init_video_upload for-the-shop": [NO_WARNING],
  "media/init_video_upload wrong-sign": ["code: common.error_auth | error_sign", "message: Invalid sign | Wrong sign."],
  "media/init_video_upload old-timestamp": [
    "field code: number | null",
    "field msg: text | null",
    "field debug_message: text | null",
    "field message: null | text",
    "field request_id: null | text",
  ],
  "media/init_video_upload wrong-scene": [
    "message: The scene value does not match with business. | Wrong parameters, detail: business must be 3 and scene 1.",
  ],
  "media/init_video_upload too-large": [
    "message: File size is too large. | File size is too large. Video size should be less than 30M.",
  ],
  "media/upload_video_part well": [NO_WARNING],
  "media/upload_video_part wrong-md5": [
    "code: error_param | error_data",
    "message: The part_md5 does not match with actual file. | The MD5 of part 0 is {md5}, not {md5}.",
  ],
  "media/upload_video_part unknown-id": [
    "code: error_param | error_invalid_upload_id",
    "message: Upload task not found. | Invalid upload_id.",
  ],
  "media/complete_video_upload unknown-id": [
    "code: error_param | error_invalid_upload_id",
    "message: Upload task not found. | Invalid upload_id.",
  ],
  "media/get_video_upload_result well": [NO_WARNING],
  "media/get_video_upload_result unknown-id": [
    "code: error_param | error_invalid_upload_id",
    "message: Upload task not found. | Invalid upload_id.",
  ],
  "media/cancel_video_upload well": [NO_WARNING],
  "media/cancel_video_upload twice": [
    "code: error_param | error_invalid_upload_id",
    "message: Upload task not found. | Invalid upload_id.",
  ],
  "media/cancel_video_upload unknown-id": [
    "code: error_param | error_invalid_upload_id",
    "message: Upload task not found. | Invalid upload_id.",
  ],
  "media/upload_image none": [
    "message: can't find image file | Wrong parameters, detail: images must be 1 to 3 files.",
  ],
  "media/upload_image webp": ["message: image is invalid or not supported | The image is neither JPG, JPEG nor PNG."],
  "media_space/complete_video_upload well": [NO_WARNING],
  "media_space/get_video_upload_result ready": ["value response.message: success | "],
  "media_space/complete_video_upload twice": [
    "code: product.error_already_completed | error_already_completed",
    NO_WARNING,
  ],
  "media_space/upload_image well": [NO_WARNING],
  "media/complete_video_upload well": [NO_WARNING],
  "media/get_video_upload_result ready": [NO_WARNING],
  "media/upload_image well": [NO_WARNING],
};
