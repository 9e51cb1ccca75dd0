import { InvalidInputError } from "../errors.ts";
import type { FormField } from "./multipart.ts";
import { sniffImage } from "./sniff_image.ts";
import type { BinaryInput } from "../platform/types/envelope.ts";

/**
 * Makes the file fields of an image call. The content type comes from the bytes; so does the extension of the name,
 * which is the file's own as far as it has one.
 *
 * @param name The field's name on the wire, the same for each image.
 * @param images One image or several.
 * @returns A field for each.
 * @throws {InvalidInputError} There is no image.
 */
export async function imageFields(name: string, images: BinaryInput | readonly BinaryInput[]): Promise<FormField[]> {
  const list = [images].flat() as BinaryInput[];
  if (list.length === 0) throw new InvalidInputError("Cannot upload the images: there is none");
  return await Promise.all(list.map(async (file, index) => {
    const { type, extension } = await sniffImage(file);
    return { name, file, fileName: `${stemOf(file) ?? `image-${index}`}.${extension}`, type };
  }));
}

function stemOf(file: BinaryInput): string | undefined {
  const name = "name" in file && typeof file.name === "string" ? file.name : "";
  return name.replace(/\.[^.]*$/, "") || undefined;
}
