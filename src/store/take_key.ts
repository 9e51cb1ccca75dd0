import type { KeyValueStore } from "./key_value_store.ts";

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
