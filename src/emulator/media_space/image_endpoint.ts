import type { ImageInfoListEntry, UploadImageResponse } from "../../platform/types/media_space.ts";
import type { Call, Endpoint } from "../api/endpoint.ts";
import { imageUrl } from "../files/file_urls.ts";
import { receiveImage } from "../files/receive_image.ts";
import { Refusal, wordRefusal } from "../api/refusal.ts";
import { type Fields, wrongField } from "../api/fields.ts";
import { readForm } from "../api/read_body.ts";
import { uploadImageResponse } from "./upload_image_response.ts";

const MAX_IMAGES = 9;

/** The call by which product pictures are uploaded. They are kept as sent, whatever `scene` and `ratio` say. */
export const mediaSpaceImageEndpoint: Endpoint = {
  method: "POST",
  path: "/api/v2/media_space/upload_image",
  signer: "public",
  handle: uploadImage,
};

async function uploadImage({ request, origin, platform }: Call): Promise<UploadImageResponse> {
  const form = await readForm(request);
  demandOneOf(form.fields, "scene", ["normal", "desc"]);
  demandOneOf(form.fields, "ratio", ["1:1", "3:4"]);
  const files = form.files("image");
  if (files.length < 1 || files.length > MAX_IMAGES) throw wrongField("image", `must be 1 to ${MAX_IMAGES} files`);

  const upload = async (file: Uint8Array, index: number): Promise<ImageInfoListEntry> => {
    try {
      const { id } = await receiveImage(file, platform.images);
      const image_info = {
        image_id: id,
        image_url_list: [{ image_url_region: "SG", image_url: imageUrl(origin, id) }],
      };
      return { id: index, error: "", message: "", image_info };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { code, message } = wordRefusal(error);
      return { id: index, error: code, message };
    }
  };
  return uploadImageResponse(await Promise.all(files.map(upload)));
}

function demandOneOf(fields: Fields, name: string, choices: string[]): void {
  const value = fields[name];
  if (value === undefined || choices.includes(value as string)) return;
  throw wrongField(name, `must be ${choices.join(" or ")}`);
}
