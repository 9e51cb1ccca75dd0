import { createHash } from "node:crypto";
import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { KeyValueStore, StoredValue } from "../store/key_value_store.ts";

/**
 * Makes a store that keeps each value in a file of one folder. A value is written whole or not at all, and is on the
 * disk when `set` settles: a crash leaves the old one or the new one.
 *
 * @param folder Path of the folder, made when it is first needed, readable by its owner alone.
 * @returns The store.
 * @example
 * ```ts
 * import { createFolderStore } from "shopee-media/node";
 *
 * const store = createFolderStore("/tmp/shopee-media-checkpoints");
 * await store.set("shoes.mp4", { seq: 1 });
 * console.assert(JSON.stringify(await store.get("shoes.mp4")) === '{"seq":1}');
 * await store.remove("shoes.mp4");
 * ```
 */
export function createFolderStore(folder: string): KeyValueStore {
  // A key may hold anything, and be longer than a file's name.
  const pathOf = (key: string) => join(folder, `${createHash("sha256").update(key).digest("hex")}.json`);

  return {
    async get(key) {
      const text = await readFile(pathOf(key), "utf8").catch((error) => {
        if (error.code !== "ENOENT") throw error;
      });
      return text === undefined ? undefined : parse(text);
    },
    async set(key: string, value: StoredValue) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const path = pathOf(key);
      const temporary = `${path}.${crypto.randomUUID()}.tmp`;
      try {
        const handle = await open(temporary, "w", 0o600);
        try {
          await handle.writeFile(JSON.stringify(value));
          await handle.sync();
        } finally {
          await handle.close();
        }
        await rename(temporary, path);
        await syncFolder(folder);
      } catch (error) {
        await rm(temporary, { force: true });
        throw error;
      }
    },
    async remove(key) {
      await rm(pathOf(key), { force: true });
    },
  };
}

/** Puts a renaming on the disk. Windows does so by itself, and knows no handle of a folder. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r").catch(() => undefined);
  await handle?.sync().catch(() => {});
  await handle?.close();
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
