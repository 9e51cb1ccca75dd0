/**
 * How far an upload is. All counts are bytes of the file, but for those of parts.
 *
 * A bar is best drawn of `acked`, which only ever grows, though by whole parts; `sent` moves finer, and may fall back.
 */
export interface UploadProgress {
  /**
   * `reading`: the file is read and hashed, and nothing was sent yet. `uploading`: parts go out. `processing`: all parts
   * are there, and Shopee is at work. `done`: the video is ready.
   */
  phase: "reading" | "uploading" | "processing" | "done";
  /** Read from the source so far. */
  read: number;
  /** Handed to the network so far, as far as the runtime shows it; falls back when a part has to be sent again. */
  sent: number;
  /**
   * In parts that Shopee has acknowledged. Never falls, and ends exactly at `total`; only when `uploadVideo` resumes with
   * a source that turns out to have changed, all counts begin again.
   */
  acked: number;
  /** In the whole file, once known. */
  total: number | undefined;
  /** Parts that Shopee has acknowledged. */
  partsAcked: number;
  /** Parts in the whole file, once known. */
  partsTotal: number | undefined;
  /** The last status that Shopee told, such as `TRANSCODING`. */
  status?: string;
}
