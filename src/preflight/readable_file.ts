/** A file of which any range can be read: every `Blob` is one, and so is a `fileSource` of `shopee-media/node`. */
export interface ReadableFile {
  /** Bytes in the file. */
  readonly size: number;
  /**
   * Chooses a range, as `Blob.slice` does.
   *
   * @param start First byte.
   * @param end First byte that does not belong to it; may lie behind the end of the file.
   * @returns What reads it.
   */
  slice(start: number, end: number): { arrayBuffer(): Promise<ArrayBuffer> };
}
