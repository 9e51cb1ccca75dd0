import { runtime } from "../../runtime.ts";
import { type Binary, sizeOf } from "./binary.ts";
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
