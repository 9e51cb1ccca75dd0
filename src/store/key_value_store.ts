/**
 * Where this package keeps what must outlive the process. Any `unstorage` storage is one; so are `createMemoryStore()`
 * and, of `shopee-media/node`, `createFolderStore()`. Values are plain JSON data. What does not settle within 30 s counts as
 * failed.
 *
 * @see https://unstorage.unjs.io
 */
export interface KeyValueStore {
  /** Returns what was last set, `null` or `undefined` if nothing was. */
  get(key: string): unknown;
  /** Keeps a value; when it settles, the value is safe. */
  set(key: string, value: StoredValue): unknown;
  /** Forgets a value. */
  remove(key: string): unknown;
  /**
   * Takes a key for oneself, against other processes, until it is released or its holder is gone. Returns nothing where
   * another has it. Where a store cannot do this, only uploads in one process are kept apart.
   */
  lock?(key: string): Promise<StoreLock | undefined>;
}

/** A key that was taken. */
export interface StoreLock {
  /** Gives it back. */
  release(): unknown;
}

/** Plain JSON data. */
export type StoredValue = { [name: string]: string | number | boolean | null | StoredValue };
