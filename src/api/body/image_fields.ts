import { InvalidInputError } from "../../errors.ts";
import type { BinaryInput } from "../../platform/types/envelope.ts";
import { type FormField, readBytes } from "./multipart.ts";

/**
 * Makes the file fields of an image call. The content type comes from the bytes; so does the extension of the name,
 * which is the file's own as far as it has one.
 *
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

/** Media type and usual extension of what the bytes begin with; Shopee will refuse anything but JPEG and PNG. */
async function sniffImage(file: BinaryInput): Promise<{ type: string; extension: string }> {
  const head = await readBytes(file, 0, 8);
  const starts = (...bytes: number[]) => bytes.every((byte, i) => head[i] === byte);
  if (starts(0xff, 0xd8, 0xff)) return { type: "image/jpeg", extension: "jpg" };
  if (starts(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return { type: "image/png", extension: "png" };
  return { type: "application/octet-stream", extension: "bin" };
}
