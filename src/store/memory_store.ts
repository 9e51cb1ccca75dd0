import type { KeyValueStore, StoredValue } from "./key_value_store.ts";

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
