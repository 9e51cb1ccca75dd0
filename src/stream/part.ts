/** One part of a file, hashed and ready to be sent. */
export interface Part {
  /** Number of the part, from 0. */
  seq: number;
  /** The part's bytes. */
  bytes: Uint8Array<ArrayBuffer>;
  /** Lower-case hex MD5 of `bytes`. */
  md5: string;
}
