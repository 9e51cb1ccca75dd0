import { type BodyStyle, dropsConnectionAfterStream, runtime } from "../../runtime.ts";
import { type Binary, readBytes, sizeOf } from "./binary.ts";

/** A body as it goes over the wire, not yet put together: nothing of the files was copied. */
export interface WireBody {
  /** Value of the `Content-Type` header. */
  contentType: string;
  /** Bytes in all. */
  length: number;
  /** The body, in order; none is empty. */
  segments: Segment[];
  /** The same, if it is a text. */
  text?: string | undefined;
}

/** A piece of a body. Files are `payload`, what stands around them is not. */
export interface Segment {
  /** The bytes. */
  data: Binary;
  /** Whether they count as the caller's own. */
  payload: boolean;
}

/** What `fetch` takes; named so that a project for Node without the types of browsers knows it, too. */
export type RequestBody = string | Blob | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array<ArrayBuffer>>;

/** Options of {@linkcode createRequestBody}. */
export interface RequestBodyOptions {
  /** What is sent best. */
  style: BodyStyle;
  /** Fires when nobody wants the rest. */
  signal?: AbortSignal | undefined;
  /** Called with how many bytes of the files were handed to the network so far. Where that cannot be seen, never. */
  onSent?: ((sent: number) => void) | undefined;
  /** Called with how many bytes, of the files or not, were handed to the network; in the end with none. As above. */
  onMove?: ((bytes: number) => void) | undefined;
  /** Called with the error of a file that cannot be read, or has changed; what `fetch` makes of it nobody knows. */
  onUnreadable?: ((error: unknown) => void) | undefined;
}

/**
 * Bytes that are handed over at a time. On a slow line they are few, so that it shows movement (2.2 kB/s for each body
 * within 30 s); those of 512 KiB cost the processor a fifth less, for sending alone.
 */
const SLICE = { least: 64 * 1024, most: 512 * 1024 };

/** Ms in which a slice is taken on a line that can have twice as much at a time. */
const SOON = 20;

/**
 * Makes what `fetch` takes of a body. Each attempt needs a new one, since a stream can be read only once; a stream wants a
 * `Content-Length` header beside it.
 *
 * @throws {InvalidInputError} A file cannot be read.
 */
export async function createRequestBody(body: WireBody, options: RequestBodyOptions): Promise<RequestBody> {
  const { segments, length } = body;
  const { style, signal, onSent, onMove, onUnreadable } = options;
  if (body.text !== undefined && (style !== "stream" || dropsConnectionAfterStream())) return body.text;
  if (style === "blob") return new Blob(segments.map(({ data }) => data));
  if (style === "bytes") return await join(segments, length);

  let index = 0;
  let offset = 0;
  let sent = 0;
  let size = SLICE.least;
  let handedOver = -Infinity;
  return new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      const segment = segments[index];
      if (segment === undefined) {
        controller.close();
        onMove?.(0);
        return;
      }
      const { data, payload } = segment;
      const now = runtime.elapsed();
      size = now - handedOver < SOON ? Math.min(2 * size, SLICE.most) : SLICE.least;
      const bytes = await readBytes(data, { start: offset, end: offset + size, what: "the file" }).catch(
        (error): never => {
          onUnreadable?.(error);
          throw error;
        },
      );
      // Runtimes read on in the body of a request that was aborted.
      if (signal?.aborted) return controller.error(signal.reason);
      offset += bytes.length;
      if (offset >= sizeOf(data)) {
        index++;
        offset = 0;
      }
      controller.enqueue(bytes);
      handedOver = runtime.elapsed();
      onMove?.(bytes.length);
      if (payload) onSent?.(sent += bytes.length);
    },
  }, { highWaterMark: 0 });
}

async function join(segments: Segment[], length: number): Promise<Uint8Array<ArrayBuffer>> {
  const body = new Uint8Array(length);
  let offset = 0;
  for (const { data } of segments) {
    body.set(await readBytes(data, { what: "the file" }), offset);
    offset += sizeOf(data);
  }
  return body;
}
