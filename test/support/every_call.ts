import type { MediaManager } from "../../mod.ts";
import { type EndpointName, ENDPOINTS } from "../../src/platform/endpoints.ts";

const ID = { video_upload_id: "sg_1" };
const BYTES = new Uint8Array(3);

/** Makes each of the twelve calls, with parameters that do not matter. */
export const EVERY_CALL: Readonly<Record<EndpointName, (media: MediaManager) => Promise<unknown>>> = {
  initVideoUpload: (media) => media.initVideoUpload({ file_md5: "0", file_size: 3 }),
  uploadVideoPart: (media) => media.uploadVideoPart({ ...ID, part_seq: 0, content_md5: "0", part_content: BYTES }),
  completeVideoUpload: (media) =>
    media.completeVideoUpload({ ...ID, part_seq_list: [0], report_data: { upload_cost: 1 } }),
  getVideoUploadResult: (media) => media.getVideoUploadResult(ID),
  cancelVideoUpload: (media) => media.cancelVideoUpload(ID),
  uploadImage: (media) => media.uploadImage({ image: BYTES }),
  initMediaVideoUpload: (media) =>
    media.initMediaVideoUpload({ business: 3, scene: 1, file_name: "shoes.mp4", file_size: 3, duration: 12 }),
  uploadMediaVideoPart: (media) =>
    media.uploadMediaVideoPart({ ...ID, part_seq: 0, part_md5: "0", part_content: BYTES }),
  completeMediaVideoUpload: (media) => media.completeMediaVideoUpload(ID),
  getMediaVideoUploadResult: (media) => media.getMediaVideoUploadResult(ID),
  cancelMediaVideoUpload: (media) => media.cancelMediaVideoUpload(ID),
  uploadMediaImage: (media) => media.uploadMediaImage({ business: 2, scene: 1, images: BYTES }),
};

/** Their names. */
export const CALL_NAMES = Object.keys(EVERY_CALL) as EndpointName[];

/** Those that the reference lists as Public. */
export const PUBLIC_CALLS: EndpointName[] = CALL_NAMES.filter((name) => ENDPOINTS[name].auth === "public");
