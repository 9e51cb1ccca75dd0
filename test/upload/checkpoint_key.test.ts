import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, onTestFinished, test, vi } from "vitest";
import {
  type CheckpointOptions,
  createMemoryStore,
  createVideoUploadSink,
  type KeyValueStore,
  uploadVideo,
} from "../../mod.ts";
import { createFolderStore } from "../../src/node/mod.ts";
import { noise } from "../support/bytes.ts";
import { emulate } from "../support/emulate.ts";
import { runtime } from "../support/runtime.ts";
import { settle } from "../support/settle.ts";

const FILE = noise(2500);
const OPTIONS = {
  ...{ module: "media", fileName: "a.mp4", duration: 12, preflight: false } as const,
  poll: { first: 0, interval: 20 },
};
const IN_USE = {
  name: "InvalidInputError",
  message: 'Cannot upload the video: its checkpoint "shoes" is in use by another upload',
};

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "shopee-media-lock-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

afterEach(() => void vi.useRealTimers());

describe.each<[string, () => KeyValueStore | Promise<KeyValueStore>]>([
  ["in memory", createMemoryStore],
  ["in a folder", async () => createFolderStore(await makeFolder())],
])("a key of a store %s", (_, makeStore) => {
  test("is not held by an upload whose signal has fired before it begins", async () => {
    const { media } = await emulate({ mediaPartSize: 1000 });
    const checkpoint = { store: await makeStore(), key: "shoes" };
    const reason = new Error("Too late");
    const late = uploadVideo(media, FILE, { ...OPTIONS, checkpoint, signal: AbortSignal.abort(reason) });
    expect((await settle(late)).error).toBe(reason);
    expect((await uploadVideo(media, FILE, { ...OPTIONS, checkpoint })).size).toBe(FILE.length);
  });

  test("serves one upload at a time: a second fails at once, and the first goes on", async () => {
    const { media, tap, emulator } = await emulate({ mediaPartSize: 1000 });
    const checkpoint = { store: await makeStore(), key: "shoes" };
    const hold = tap.hold("upload_video_part");
    const first = uploadVideo(media, FILE, { ...OPTIONS, checkpoint });
    await vi.waitUntil(() => hold.waiting() > 0);
    expect((await settle(uploadVideo(media, FILE, { ...OPTIONS, checkpoint }))).error).toMatchObject(IN_USE);
    hold.release();
    expect((await first).size).toBe(FILE.length);
    expect(emulator.sessions()).toHaveLength(1);
  });

  test("is free again when the upload has ended, well or badly", async () => {
    const { media, emulator } = await emulate({ mediaPartSize: 1000 });
    const checkpoint = { store: await makeStore(), key: "shoes" };
    for (let run = 0; run < 3; run++) {
      expect((await uploadVideo(media, FILE, { ...OPTIONS, checkpoint })).size).toBe(FILE.length);
    }
    emulator.faults.add("upload_video_part#1:error=error_data");
    expect((await settle(uploadVideo(media, FILE, { ...OPTIONS, checkpoint }))).error).toMatchObject({
      code: "error_data",
    });
    expect((await uploadVideo(media, FILE, { ...OPTIONS, checkpoint })).size).toBe(FILE.length);
  });

  test("is no obstacle for another", async () => {
    const { media } = await emulate({ mediaPartSize: 1000 });
    const store = await makeStore();
    const uploads = ["a", "b", "c"].map((key) => uploadVideo(media, FILE, { ...OPTIONS, checkpoint: { store, key } }));
    expect(await Promise.all(uploads)).toHaveLength(3);
  });
});

describe("a lock of a folder", () => {
  // Another process is another runtime's child; Node's is enough.
  test.skipIf(runtime !== "node")("keeps other processes away, and ends with its holder", async () => {
    const folder = await makeFolder();
    const child = fork(fileURLToPath(new URL("../support/lock_child.ts", import.meta.url)), [folder, "shoes"]);
    onTestFinished(() => void child.kill("SIGKILL"));
    await once(child, "message");
    const store = createFolderStore(folder);
    expect(await store.lock!("shoes")).toBeUndefined();
    const other = await store.lock!("hats");
    await other!.release();
    child.kill("SIGKILL");
    await once(child, "exit");
    const lock = await store.lock!("shoes");
    expect(lock).toBeDefined();
    expect(await store.lock!("shoes")).toBeUndefined();
    await lock!.release();
    expect(await readdir(folder)).toEqual([]);
  });

  test("of a machine that has shown nothing for half a minute is given up, and is then one's own alone", async () => {
    const folder = await makeFolder();
    const store = createFolderStore(folder);
    const lock = await store.lock!("shoes");
    const [name] = await readdir(folder);
    const path = join(folder, name!);
    await writeFile(path, JSON.stringify({ id: "1", pid: 1, host: "another" }));
    expect(await store.lock!("shoes")).toBeUndefined();
    const past = Date.now() / 1000 - 31;
    await utimes(path, past, past);
    const taken = await Promise.all(Array.from({ length: 8 }, () => createFolderStore(folder).lock!("shoes")));
    expect(taken.filter((each) => each !== undefined)).toHaveLength(1);
    // Who lost it takes nothing away from its new holder.
    await lock!.release();
    expect(await store.lock!("shoes")).toBeUndefined();
    await taken.find((each) => each !== undefined)!.release();
    expect(await readdir(folder)).toEqual([]);
  });

  test("of many who want it at once, one gets it", async () => {
    const folder = await makeFolder();
    const taken = await Promise.all(Array.from({ length: 20 }, () => createFolderStore(folder).lock!("shoes")));
    const [lock, ...others] = taken.filter((each) => each !== undefined);
    expect(others).toEqual([]);
    await lock!.release();
  });

  test("and files that a killed process was writing do not stay for ever", async () => {
    const folder = await makeFolder();
    for (const name of ["old.json.1.tmp", "new.json.2.tmp"]) await writeFile(join(folder, name), "{");
    const past = Date.now() / 1000 - 4000;
    await utimes(join(folder, "old.json.1.tmp"), past, past);
    await createFolderStore(folder).set("a", { seq: 1 });
    const names = await readdir(folder);
    expect(names).not.toContain("old.json.1.tmp");
    expect(names).toContain("new.json.2.tmp");
  });
});

describe("a store that never settles", () => {
  test.each(["get", "set", "lock"] as const)(
    "%s: the upload fails after half a minute, and says why",
    async (method) => {
      const { media } = await emulate({ mediaPartSize: 1000 });
      vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
      let asked = false;
      const hang = () => {
        asked = true;
        return new Promise<never>(() => {});
      };
      const checkpoint = { store: { ...createMemoryStore(), [method]: hang }, key: "shoes" };
      const upload = settle(uploadVideo(media, FILE, { ...OPTIONS, checkpoint }));
      while (!asked) await new Promise((resolve) => setImmediate(resolve));
      await vi.advanceTimersByTimeAsync(30_000);
      await vi.advanceTimersByTimeAsync(30_000);
      expect((await upload).error).toMatchObject({
        name: "ShopeeMediaError",
        message: expect.stringMatching(
          /^Cannot (load|save|take) the checkpoint "shoes": its store has not answered within 30000 ms$/,
        ),
      });
    },
  );
});

test.each<[unknown, string]>([
  [{ store: createMemoryStore() }, "checkpoint.key"],
  [{ store: createMemoryStore(), key: "" }, "checkpoint.key"],
  [{ key: "a" }, "checkpoint.store"],
  [{ store: {}, key: "a" }, "checkpoint.store"],
])("the checkpoint %j is refused", async (checkpoint, name) => {
  const { media } = await emulate();
  const options = { checkpoint: checkpoint as CheckpointOptions };
  expect(() => createVideoUploadSink(media, options)).toThrow(`The ${name} must be`);
});
