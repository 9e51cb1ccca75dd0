/** What one upload of a bench consists of. */
export interface UploadTask {
  /** Path of the file. */
  path: string;
  /** Bytes in it. */
  size: number;
  /** Which of Shopee's modules. */
  module: "media_space" | "media";
  /** Bytes in each part. */
  partSize: number;
  /** Parts in flight, where the uploader has more than one. */
  concurrency: number;
  /** Origin of the server. */
  url: string;
}

/** Uploads a file, from its first byte to the answer that the video is there. */
export type Upload = () => Promise<unknown>;

/** Loads what an uploader needs, and sends nothing yet. */
export type PrepareUpload = (task: UploadTask) => Promise<Upload>;
