/**
 * What every answer of the platform looks like. Unknown fields can appear any day; they are kept.
 *
 * @see https://open.shopee.com/developer-guide/16
 */
export interface Envelope<Response> {
  /** `""` on success, else an error code; it decides, whatever the HTTP status. */
  error: string;
  /** Text of the error, `""` on success. */
  message: string;
  /** A remark that does not keep the call from succeeding. */
  warning?: string | undefined;
  /** Shopee's name for the request, to be quoted to its support. */
  request_id: string;
  /** The endpoint's own answer. */
  response: Response;
}

/** The answer of an endpoint that only says whether it worked: there may be no `response` at all. */
export type EmptyEnvelope = Omit<Envelope<unknown>, "response"> & { response?: unknown | undefined };

/**
 * Bytes of a file or of a part of it: a `Uint8Array` (so a `Buffer`) or any other view, an `ArrayBuffer`, also a shared one,
 * or a `Blob` (so a `File`, whose name is sent), also of another realm.
 */
export type BinaryInput = ArrayBufferLike | ArrayBufferView | Blob;
