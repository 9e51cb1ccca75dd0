import type { BodyStyle } from "../../runtime.ts";
import { type Multipart, readBytes, type Segment, sizeOf } from "./multipart.ts";

/** Options of {@linkcode createRequestBody}. */
export interface RequestBodyOptions {
  /** What the runtime sends best. */
  style: BodyStyle;
  /** Fires when nobody wants the rest. */
  signal?: AbortSignal;
  /** Called with how many bytes of the files were handed to the network so far. Where that cannot be seen, never. */
  onSent?: (sent: number) => void;
  /** Called whenever the body has moved, and once it has `ended`. As above. */
  onMove?: (ended: boolean) => void;
}

// Small enough that a slow line shows movement (17 KB/s within 30 s); smaller ones cost memory, which their garbage takes.
const SLICE = 512 * 1024;

/**
 * Makes what `fetch` takes of a form. Each attempt needs a new one, since a stream can be read only once; a stream wants a
 * `Content-Length` header beside it.
 */
export async function createRequestBody(multipart: Multipart, options: RequestBodyOptions): Promise<BodyInit> {
  const { segments, length } = multipart;
  if (options.style === "blob") return new Blob(segments.map(({ data }) => data as BlobPart));
  if (options.style === "bytes") return await join(segments, length);

  let index = 0;
  let offset = 0;
  let sent = 0;
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const segment = segments[index];
      if (segment === undefined) {
        controller.close();
        options.onMove?.(true);
        return;
      }
      const { data, payload } = segment;
      const bytes = await readBytes(data, offset, offset + SLICE);
      // Runtimes read on in the body of a request that was aborted.
      if (options.signal?.aborted) return controller.error(options.signal.reason);
      offset += SLICE;
      if (offset >= sizeOf(data)) {
        index++;
        offset = 0;
      }
      controller.enqueue(bytes);
      options.onMove?.(false);
      if (payload) options.onSent?.(sent += bytes.length);
    },
  }, { highWaterMark: 0 });
}

async function join(segments: Segment[], length: number): Promise<Uint8Array<ArrayBuffer>> {
  const body = new Uint8Array(length);
  let offset = 0;
  for (const { data } of segments) {
    body.set(await readBytes(data, 0), offset);
    offset += sizeOf(data);
  }
  return body;
}
