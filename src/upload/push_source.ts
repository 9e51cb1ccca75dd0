/**
 * Where Shopee's pushes about finished videos arrive. `createPushInbox` of `shopee-media/push` makes one, and
 * `createPushHandler` feeds it.
 */
export interface PushSource {
  /**
   * Waits for the push about one upload; one that came before it was waited for counts.
   *
   * @throws The signal's reason, when it fires.
   */
  wait(videoUploadId: string, options: { signal: AbortSignal }): Promise<PushedStatus>;
}

/** What a push says of an upload. */
export interface PushedStatus {
  /** `SUCCEEDED`, `FAILED` or `CANCELLED`. */
  status: string;
  /** Shopee's reason, if it gave one. */
  message?: string;
  /** The video, as `get_video_upload_result` would tell of it. */
  videoInfo?: unknown;
}
