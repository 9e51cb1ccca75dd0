/**
 * Where this package keeps what must outlive the process. Any `unstorage` storage is one; so are `createMemoryStore()`
 * and, of `shopee-media/node`, `createFolderStore()`. Values are plain JSON data.
 *
 * @see https://unstorage.unjs.io
 */
export interface KeyValueStore {
  /** Answers what was last set, `null` or `undefined` if nothing was. */
  get(key: string): unknown;
  /** Keeps a value; when it settles, the value is safe. */
  set(key: string, value: StoredValue): unknown;
  /** Forgets a value. */
  remove(key: string): unknown;
}

/** Plain JSON data. */
export type StoredValue = { [name: string]: string | number | boolean | null | StoredValue };
