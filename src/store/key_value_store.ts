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

/**
 * Makes a store that lives as long as the process: for tests, and for pages that upload again without a reload.
 *
 * @returns The store.
 * @example
 * ```ts
 * import { createMemoryStore } from "shopee-media";
 *
 * const store = createMemoryStore();
 * await store.set("upload", { seq: 1 });
 * console.assert(JSON.stringify(await store.get("upload")) === '{"seq":1}');
 * ```
 */
export function createMemoryStore(): KeyValueStore {
  // As text, so that nobody changes from outside what was set.
  const values = new Map<string, string>();
  return {
    get: (key) => {
      const text = values.get(key);
      return text === undefined ? undefined : JSON.parse(text);
    },
    set: (key, value: StoredValue) => void values.set(key, JSON.stringify(value)),
    remove: (key) => void values.delete(key),
  };
}
