import type { BodyStyle } from "../runtime.ts";
import { type Multipart, type Segment, sizeOf } from "./multipart.ts";

/** Options of {@linkcode createBody}. */
export interface CreateBodyOptions {
  /** What the runtime sends best. */
  style: BodyStyle;
  /** Fires when nobody wants the rest. */
  signal?: AbortSignal;
  /** Told how many bytes of the files were handed to the network so far. Where that can't be seen, never. */
  onSent?: (sent: number) => void;
  /** Told whenever the body has moved, and that it `ended` at last. As above. */
  onMove?: (ended: boolean) => void;
}

// Small enough that a slow line shows movement (17 KB/s within 30 s); smaller ones cost memory, which their garbage takes.
const SLICE = 512 * 1024;

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

  let index = 0;
  let offset = 0;
  let sent = 0;
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      // Runtimes read on in the body of a request that was cut.
      if (options.signal?.aborted) return controller.error(options.signal.reason);
      const segment = segments[index];
      if (segment === undefined) {
        controller.close();
        options.onMove?.(true);
        return;
      }
      const { data, payload } = segment;
      const bytes = data instanceof Uint8Array
        ? data.subarray(offset, offset + SLICE)
        : new Uint8Array(await data.slice(offset, offset + SLICE).arrayBuffer());
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
    body.set(data instanceof Uint8Array ? data : new Uint8Array(await data.arrayBuffer()), offset);
    offset += sizeOf(data);
  }
  return body;
}
