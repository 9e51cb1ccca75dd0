import { createHash } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { runtime } from "../runtime.ts";
import type { KeyValueStore, StoredValue } from "../store/key_value_store.ts";
import { lockFile } from "./folder_lock.ts";

/** A file that was being written so long ago, in ms, was left by a process that is gone. */
const LEFT_OVER = 3_600_000;

/**
 * Makes a store that keeps each value in a file of one folder. A value is written whole or not at all, and is on the
 * disk when `set` settles: a crash leaves the old one or the new one. Keys can be locked against other processes.
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
  const pathOf = (key: string, ending: string) =>
    join(folder, `${createHash("sha256").update(key).digest("hex")}.${ending}`);
  let tidied: Promise<void> | undefined;

  async function makeFolder(): Promise<void> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await (tidied ??= removeLeftOvers(folder));
  }

  return {
    async get(key) {
      const text = await readFile(pathOf(key, "json"), "utf8").catch((error) => {
        if (error.code !== "ENOENT") throw error;
      });
      return text === undefined ? undefined : parse(text);
    },
    async set(key: string, value: StoredValue) {
      await makeFolder();
      const path = pathOf(key, "json");
      const temporary = `${path}.${runtime.uuid()}.tmp`;
      try {
        await writeSafely(temporary, JSON.stringify(value));
        await rename(temporary, path);
        await syncFolder(folder);
      } catch (error) {
        await rm(temporary, { force: true });
        throw error;
      }
    },
    async remove(key) {
      await rm(pathOf(key, "json"), { force: true });
    },
    async lock(key) {
      await makeFolder();
      return await lockFile(pathOf(key, "lock"));
    },
  };
}

/** Removes what processes that were killed while they wrote have left behind. */
async function removeLeftOvers(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!name.endsWith(".tmp")) continue;
    const path = join(folder, name);
    const facts = await stat(path).catch(() => undefined);
    if (facts !== undefined && runtime.now() - facts.mtimeMs > LEFT_OVER) await rm(path, { force: true });
  }
}

async function writeSafely(path: string, text: string): Promise<void> {
  const handle = await open(path, "w", 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
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
