/** Where a box of an MP4 file lies, in bytes. */
export interface Box {
  /** Four letters, such as `moov`. */
  type: string;
  /** First byte of its header. */
  start: number;
  /** First byte after its header. */
  content: number;
  /** First byte after the box. */
  end: number;
  /** The boxes inside that matter here. */
  children: Box[];
}
