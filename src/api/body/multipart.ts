import type { BinaryInput } from "../../platform/types/envelope.ts";
import { runtime } from "../../runtime.ts";

/** A field of a form: text, or a file. */
export type FormField =
  | { name: string; value: string }
  | { name: string; file: BinaryInput; fileName: string; type: string };

/** A piece of a body. Files are `payload`, what stands around them is not. */
export interface Segment {
  /** The bytes. */
  data: BinaryInput;
  /** Whether they count as the caller's own. */
  payload: boolean;
}

/** A form as it goes over the wire, not yet put together: nothing of the files was copied. */
export interface Multipart {
  /** Value of the `Content-Type` header. */
  contentType: string;
  /** Bytes in the whole body. */
  length: number;
  /** The body, in order; none is empty. */
  segments: Segment[];
}

/**
 * Lays out a `multipart/form-data` body. The boundary must not occur in the files.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7578
 */
export function createMultipart(fields: FormField[], boundary: string = randomBoundary()): Multipart {
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
    if (sizeOf(field.file) > 0) segments.push({ data: field.file, payload: true });
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

/** Bytes in all. */
export function sizeOf(data: BinaryInput): number {
  return data instanceof Uint8Array ? data.byteLength : data.size;
}

/** The bytes from `start` to `end` (exclusive), or to the last: those in memory are not copied. */
export async function readBytes(data: BinaryInput, start: number, end?: number): Promise<Uint8Array> {
  if (data instanceof Uint8Array) return data.subarray(start, end);
  return new Uint8Array(await data.slice(start, end).arrayBuffer());
}

function randomBoundary(): string {
  return `shopee-media-${runtime.uuid()}`;
}

// As browsers write names into a form.
function escape(name: string): string {
  return name.replaceAll("\n", "%0A").replaceAll("\r", "%0D").replaceAll('"', "%22");
}
