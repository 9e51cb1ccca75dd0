import type { FaultKind } from "../faults/fault.ts";

/** One request that the emulator has had. It never holds a query, a body or anything secret. */
export interface LoggedRequest {
  /** Path of the endpoint, such as `/api/v2/media_space/upload_video_part`. */
  endpoint: string;
  /** HTTP method. */
  method: string;
  /** HTTP status that was answered; 0 when there was no answer. */
  status: number;
  /** Shopee's error code that was answered, `""` on success. */
  error: string;
  /** The faults that fired. */
  faults: FaultKind[];
  /** The `request_id` that was answered. */
  requestId: string;
  /** Milliseconds since 1970 of its arrival, by the machine's clock. */
  startedAt: number;
  /** Milliseconds from its arrival to its answer. */
  duration: number;
}
