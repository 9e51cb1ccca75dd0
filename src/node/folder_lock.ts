import { open, readFile, rename, rm, stat, utimes } from "node:fs/promises";
import { hostname } from "node:os";
import { pid } from "node:process";
import { runtime } from "../runtime.ts";
import type { StoreLock } from "../store/key_value_store.ts";

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
