import type { UploadImageResponse } from "../../platform/types/media_space.ts";
import { uploadImageResponse } from "../media_space/upload_image_response.ts";
import type { Fault } from "./fault.ts";

/** Puts an error into the place of one image. An answer that does not have that image stays as it is. */
export function refuseImage(body: string, fault: Fault): string {
  const { image = 0, error = "error_server", message = "This fault was asked for." } = fault;
  const answer = JSON.parse(body) as { response?: Partial<UploadImageResponse> };
  const entries = answer.response?.image_info_list ?? [];
  if (image >= entries.length) return body;
  return JSON.stringify({
    ...answer,
    response: uploadImageResponse(entries.with(image, { id: image, error, message })),
  });
}
