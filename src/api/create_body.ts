import type { BodyStyle } from "./body_style.ts";
import { type Multipart, type Segment, sizeOf } from "./multipart.ts";

/** Options of {@linkcode createBody}. */
export interface CreateBodyOptions {
  /** What the runtime sends best. */
  style: BodyStyle;
  /** Told how many bytes of the files were handed to the network so far. Where that can't be seen, never. */
  onSent?: (sent: number) => void;
  /** Told whenever the body has moved, and that it `ended` at last. As above. */
  onMove?: (ended: boolean) => void;
}

// Small enough that a slow line shows movement (8.7 KB/s within 30 s), large enough to cost nothing on a fast one.
const SLICE = 256 * 1024;

/**
 * Makes a request body of a form. Each attempt needs a new one, since a stream can be read only once.
 *
 * @param multipart The form.
 * @param options Style and listeners.
 * @returns What `fetch` takes. A stream wants a `Content-Length` header beside it.
 */
export async function createBody(multipart: Multipart, options: CreateBodyOptions): Promise<BodyInit> {
  const { segments, length } = multipart;
  if (options.style === "blob") return new Blob(segments.map(({ data }) => data as BlobPart));
  if (options.style === "bytes") return await join(segments, length);

  const slices = sliceAll(segments);
  let sent = 0;
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await slices.next();
      if (done) {
        controller.close();
        options.onMove?.(true);
        return;
      }
      controller.enqueue(value.bytes);
      options.onMove?.(false);
      if (!value.payload) return;
      sent += value.bytes.byteLength;
      options.onSent?.(sent);
    },
  }, { highWaterMark: 0 });
}

async function* sliceAll(segments: Segment[]): AsyncGenerator<{ bytes: Uint8Array; payload: boolean }> {
  for (const { data, payload } of segments) {
    for (let start = 0; start < sizeOf(data); start += SLICE) {
      yield { bytes: await bytesOf(data, start, start + SLICE), payload };
    }
  }
}

async function join(segments: Segment[], length: number): Promise<Uint8Array<ArrayBuffer>> {
  const body = new Uint8Array(length);
  let offset = 0;
  for (const { data } of segments) {
    body.set(await bytesOf(data, 0, sizeOf(data)), offset);
    offset += sizeOf(data);
  }
  return body;
}

async function bytesOf(data: Segment["data"], start: number, end: number): Promise<Uint8Array> {
  if (data instanceof Uint8Array) return data.subarray(start, end);
  return new Uint8Array(await data.slice(start, end).arrayBuffer());
}
