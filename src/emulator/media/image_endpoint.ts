import type { UploadMediaImageResponse } from "../../platform/types/media.ts";
import type { Call, Endpoint } from "../api/endpoint.ts";
import { imageUrl } from "../files/file_urls.ts";
import { receiveImage } from "../files/receive_image.ts";
import { digitsField, wrongField } from "../api/fields.ts";
import { readForm } from "../api/read_body.ts";

const MAX_IMAGES = 3;
const BUSINESS_RETURNS = 2;
const SCENE_PICKUP_PROOF = 1;

/** The call by which pictures for a return are uploaded: all are taken, or none. */
export const mediaImageEndpoint: Endpoint = {
  method: "POST",
  path: "/api/v2/media/upload_image",
  signer: "public",
  handle: uploadImage,
};

async function uploadImage({ request, origin, platform }: Call): Promise<UploadMediaImageResponse> {
  const form = await readForm(request);
  digitsField(form.fields, "business", { min: BUSINESS_RETURNS, max: BUSINESS_RETURNS });
  digitsField(form.fields, "scene", { min: SCENE_PICKUP_PROOF, max: SCENE_PICKUP_PROOF });
  const files = form.files("images");
  if (files.length < 1 || files.length > MAX_IMAGES) throw wrongField("images", `must be 1 to ${MAX_IMAGES} files`);
  const images = await Promise.all(files.map((file) => receiveImage(file, platform.images)));
  return { image_list: images.map(({ id }) => ({ image_id: id, image_url: imageUrl(origin, id) })) };
}
