import { createHash } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, rm, stat, utimes } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { pid } from "node:process";
import { runtime } from "../runtime.ts";
import type { KeyValueStore, StoredValue, StoreLock } from "../store/key_value_store.ts";

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

/** How often the holder of a lock shows that it is alive, in ms. */
const HEARTBEAT = 5_000;
/** A lock whose holder has shown nothing for so long is given up, in ms. */
const STALE = 30_000;

/**
 * Takes a lock that is a file: it is there as long as its holder lives. The lock of a process that is gone, or that has
 * stood still for 30 s, is taken over.
 *
 * @param path Path of the file, in a folder that exists.
 * @returns The lock; nothing while another process, or another caller in this one, holds it.
 */
export async function lockFile(path: string): Promise<StoreLock | undefined> {
  const id = runtime.uuid();
  const text = JSON.stringify({ id, pid, host: hostname() });
  if (!await create(path, text) && !await takeOver(path, { id, text })) return undefined;
  const beat = setInterval(() => {
    const now = runtime.now() / 1000;
    utimes(path, now, now).catch(() => {});
  }, HEARTBEAT);
  beat.unref?.();
  return {
    async release() {
      clearInterval(beat);
      if ((await read(path))?.id === id) await rm(path, { force: true });
    },
  };
}

/** Makes the file, unless there is one. */
async function create(path: string, text: string): Promise<boolean> {
  const handle = await open(path, "wx", 0o600).catch((error) => {
    if (error.code !== "EEXIST") throw error;
  });
  await handle?.writeFile(text);
  await handle?.close();
  return handle !== undefined;
}

/** Takes the place of a dead holder. Only one at a time may try: a second would take the first one's lock for the dead one. */
async function takeOver(path: string, { id, text }: { id: string; text: string }): Promise<boolean> {
  if (!await isStale(path)) return false;
  const gate = `${path}.taking`;
  if (!await create(gate, text)) {
    if (await isStale(gate)) await rm(gate, { force: true });
    return false;
  }
  try {
    if (!await isStale(path)) return false;
    const fresh = `${path}.${id}.tmp`;
    await create(fresh, text);
    await rename(fresh, path);
    return true;
  } finally {
    await rm(gate, { force: true });
  }
}

async function isStale(path: string): Promise<boolean> {
  const facts = await stat(path).catch(() => undefined);
  // It was given back a moment ago: who asks again gets it.
  if (facts === undefined) return false;
  if (runtime.now() - facts.mtimeMs > STALE) return true;
  const holder = await read(path);
  return holder !== undefined && holder.host === hostname() && !isAlive(holder.pid);
}

async function read(path: string): Promise<{ id: string; pid: number; host: string } | undefined> {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch {
    // Gone, or not yet written.
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // Anything but "no such process" says that there is one.
    return (error as { code?: string | undefined }).code !== "ESRCH";
  }
}
