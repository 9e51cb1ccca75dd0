import { InvalidInputError } from "../../errors.ts";
import { runtime } from "../../runtime.ts";
import { type Binary, readBytes, sizeOf, toBinary } from "./binary.ts";
import type { Segment, WireBody } from "./request_body.ts";

/** A field of a form: text, or a file that is not empty. */
export type FormField =
  | { name: string; value: string }
  | { name: string; file: Binary; fileName: string; type: string };

/**
 * Lays out a `multipart/form-data` body. The boundary must not occur in the files.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7578
 */
export function createMultipart(fields: FormField[], boundary: string = randomBoundary()): WireBody {
  const encoder = new TextEncoder();
  const segments: Segment[] = [];
  // Text between two files is gathered into one segment.
  let text = "";
  const endText = () => {
    if (text !== "") segments.push({ data: encoder.encode(text), payload: false });
    text = "";
  };
  for (const field of fields) {
    text += `--${boundary}\r\nContent-Disposition: form-data; name="${escape(field.name)}"`;
    if ("value" in field) {
      text += `\r\n\r\n${field.value}\r\n`;
      continue;
    }
    text += `; filename="${escape(field.fileName)}"\r\nContent-Type: ${field.type}\r\n\r\n`;
    endText();
    segments.push({ data: field.file, payload: true });
    text = "\r\n";
  }
  text += `--${boundary}--\r\n`;
  endText();
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    length: segments.reduce((sum, { data }) => sum + sizeOf(data), 0),
    segments,
  };
}

/** Bytes of the files in a form. */
export function fileSize(fields: FormField[]): number {
  return fields.reduce((sum, field) => sum + ("file" in field ? sizeOf(field.file) : 0), 0);
}

function randomBoundary(): string {
  return `shopee-media-${runtime.uuid()}`;
}

// As browsers write names into a form.
function escape(name: string): string {
  return name.replaceAll("\n", "%0A").replaceAll("\r", "%0D").replaceAll('"', "%22");
}

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
