/** What a {@linkcode Refusal} tells besides its message. */
export interface RefusalOptions {
  /** HTTP status of the answer. @default 200 */
  status?: number;
  /** Headers that the answer carries besides the usual ones. */
  headers?: Record<string, string>;
}

/** Thrown anywhere below an endpoint: the answer is Shopee's envelope with this error code. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  /** Shopee's error code, such as `error_invalid_upload_id`. */
  readonly code: string;
  /** HTTP status of the answer: Shopee answers most of its errors with 200. */
  readonly status: number;
  /** Headers that the answer carries besides the usual ones. */
  readonly headers: Record<string, string>;

  constructor(code: string, message: string, options: RefusalOptions = {}) {
    super(message);
    this.code = code;
    this.status = options.status ?? 200;
    this.headers = options.headers ?? {};
  }
}
