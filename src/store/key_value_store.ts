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

/** A key of a store that nobody else uses. */
export interface TakenKey {
  /** Gives it back, when some last work on it has ended. Who wants it meanwhile waits. */
  release(lastWork?: Promise<unknown>): Promise<void>;
}

/** The keys of each store that this process uses; of those that are being given back, also when that is done. */
const taken = new WeakMap<KeyValueStore, Map<string, Promise<void> | undefined>>();

/**
 * Takes a key for oneself: within this process for any store, against others where the store can lock.
 *
 * @param store The store.
 * @param key The key.
 * @returns The key, or nothing where another has it.
 */
export async function takeKey(store: KeyValueStore, key: string): Promise<TakenKey | undefined> {
  const keys = taken.get(store) ?? new Map<string, Promise<void> | undefined>();
  taken.set(store, keys);
  await keys.get(key);
  if (keys.has(key)) return undefined;
  keys.set(key, undefined);

  const forget = () => void keys.delete(key);
  if (store.lock === undefined) return { release: (lastWork) => leave(lastWork) };
  try {
    const lock = await store.lock(key);
    if (lock !== undefined) return { release: (lastWork) => leave(lastWork, () => lock.release()) };
  } catch (error) {
    forget();
    throw error;
  }
  forget();
  return undefined;

  function leave(lastWork: Promise<unknown> = Promise.resolve(), unlock: () => unknown = () => {}): Promise<void> {
    const left = lastWork.catch(() => {}).then(unlock).finally(forget).then(() => {}, () => {});
    keys.set(key, left);
    return left;
  }
}
