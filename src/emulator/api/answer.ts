/** What is about to be answered. */
export interface Answer {
  /** HTTP status. */
  status: number;
  /** Shopee's error code, `""` on success and where the answer is none of Shopee's. */
  error: string;
  /** Besides `Date`. */
  headers: Record<string, string>;
  /** The whole body. */
  body: string;
  /** Sends the body otherwise than in one piece. */
  send?: (body: Uint8Array<ArrayBuffer>) => ReadableStream<Uint8Array<ArrayBuffer>>;
}
