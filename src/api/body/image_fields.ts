import { InvalidInputError } from "../../errors.ts";
import { type Binary, readBytes, toBinary } from "./binary.ts";
import type { FormField } from "./multipart.ts";

/**
 * Makes the file fields of an image call. The content type comes from the bytes; so does the extension of the name,
 * which is the file's own as far as it has one.
 *
 * @param name Of the fields.
 * @param images One image, or a list of them.
 * @throws {InvalidInputError} There is no image, or what was given is none.
 */
export async function imageFields(name: string, images: unknown): Promise<FormField[]> {
  const list: unknown[] = Array.isArray(images) ? images : [images];
  if (list.length === 0) throw new InvalidInputError("Cannot upload the images: there is none");
  // Array.from, since a hole in a list is passed over by `map`.
  return await Promise.all(Array.from(list, async (image, index) => {
    const what = `Cannot upload the images: ${list === images ? `${name}[${index}]` : name}`;
    const file = await toBinary(image, what);
    const { type, extension } = sniffImage(await readBytes(file, { end: 8, what }));
    return { name, file, fileName: `${stemOf(file) ?? `image-${index}`}.${extension}`, type };
  }));
}

function stemOf(file: Binary): string | undefined {
  const name = "name" in file && typeof file.name === "string" ? file.name : "";
  return name.replace(/\.[^.]*$/, "") || undefined;
}

/** Media type and usual extension of what the bytes begin with; Shopee will refuse anything but JPEG and PNG. */
function sniffImage(head: Uint8Array): { type: string; extension: string } {
  const starts = (...bytes: number[]) => bytes.every((byte, i) => head[i] === byte);
  if (starts(0xff, 0xd8, 0xff)) return { type: "image/jpeg", extension: "jpg" };
  if (starts(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return { type: "image/png", extension: "png" };
  return { type: "application/octet-stream", extension: "bin" };
}
