/** What `onRequest` is told of one attempt. It never holds a secret, nor a URL with a query. */
export interface RequestEvent {
  /** Path of the endpoint, such as `/api/v2/media_space/upload_video_part`. */
  endpoint: string;
  /** Number of the attempt, from 1. */
  attempt: number;
  /** Milliseconds from sending to the end of the answer. */
  duration: number;
  /** HTTP status, if an answer came. */
  status?: number;
  /** Shopee's error code, `""` on success, nothing when no answer of Shopee's came. */
  error?: string;
  /** Shopee's name for the request, if an answer of Shopee's came. */
  requestId?: string;
}
