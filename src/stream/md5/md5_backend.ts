/** Computes the MD5 of every part and of all of them together, the file, from one pass over the bytes. */
export interface PartHasher {
  /**
   * Hashes the next part. Parts may have any length, also none.
   *
   * @param bytes The part's bytes. They are not kept.
   * @returns The part's own MD5 in lower-case hex.
   */
  hashPart(bytes: Uint8Array): string | Promise<string>;
  /**
   * Tells the MD5 of all parts.
   *
   * @returns Lower-case hex.
   */
  digest(): string | Promise<string>;
}

/** A hasher that answers at once, and of which the digest so far may be asked for between two parts. */
export interface SyncPartHasher extends PartHasher {
  hashPart(bytes: Uint8Array): string;
  digest(): string;
}

/** One way to compute MD5. Its hashers are cheap, and any number of them may be at work in turns. */
export interface Md5Backend {
  /** What it is built on. */
  readonly name: "wasm" | "hash-wasm" | "plain";
  /** Makes a hasher that has seen no part. */
  createPartHasher(): SyncPartHasher;
  /** Tells the MD5 of `bytes` alone, in lower-case hex. */
  md5(bytes: Uint8Array): string;
}
