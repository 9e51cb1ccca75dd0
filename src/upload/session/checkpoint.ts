import { limitTime } from "../../async/time_limit.ts";
import { isShopeeMediaError } from "../../error_guards.ts";
import { InvalidInputError, ShopeeMediaError } from "../../errors.ts";
import type { VideoModule } from "../../platform/types/video_module.ts";
import { type KeyValueStore, type StoredValue, takeKey, type TakenKey } from "../../store/key_value_store.ts";
import type { Part } from "../../stream/part.ts";
import type { VideoUploadSession } from "../result.ts";
import type { FileFacts } from "./protocol.ts";

/** Where an upload writes down how far it is, so that another process can go on with it. Never a secret. */
export interface CheckpointOptions {
  /** Keeps it. */
  store: KeyValueStore;
  /** Under which key: one for each upload. */
  key: string;
}

/** What an interrupted upload left behind. */
export interface SavedUpload<Module extends VideoModule = VideoModule> {
  /** The session it had open. */
  session: VideoUploadSession<Module>;
  /** The file it was of. */
  file: FileFacts;
  /** MD5 of each part that was acknowledged, by its number. */
  parts: ReadonlyMap<number, string>;
  /** Whole ms spent in sending them. */
  uploadCost: number;
}

/** Writes down how far one upload is. */
export interface Checkpoint<Module extends VideoModule = VideoModule> {
  /**
   * Takes the key, and returns what was written down before, if it can be made sense of.
   *
   * @throws {InvalidInputError} Another upload uses the key.
   */
  load(): Promise<SavedUpload<Module> | undefined>;
  /** A session is open, or taken up again: this upload begins. */
  begin(upload: SavedUpload<Module>): Promise<void>;
  /** Shopee has acknowledged a part; all parts so far took `uploadCost` ms. Settles when that is safe. */
  acked(part: Part, uploadCost: number): Promise<void>;
  /** The upload has come to its end: keeps what was written down, or forgets it, and lets others use the key. */
  close(how: "keep" | "forget"): Promise<void>;
}

/** How long a store may take for one thing, in ms. */
const STORE_TIME = 30_000;

/**
 * Makes the checkpoint of one upload.
 *
 * @param module The module that is uploaded to.
 * @param options Store and key.
 * @returns The checkpoint.
 */
export function createCheckpoint<Module extends VideoModule>(
  module: Module,
  { store, key }: CheckpointOptions,
): Checkpoint<Module> {
  let parts: Record<string, string> = {};
  let head: StoredValue = {};
  let line: Promise<unknown> = Promise.resolve();
  let taken: TakenKey | undefined;

  // One write after the other, each with all that is known by then, so that an older state never overwrites a newer one.
  function write(): Promise<void> {
    const written = line.then(() => ask("save", () => store.set(key, { ...head, parts: { ...parts } })));
    line = written.catch(() => {});
    return written.then(() => {});
  }

  /** Asks the store for something, but not for ever. */
  async function ask(task: string, work: () => unknown): Promise<unknown> {
    const cannot = `Cannot ${task} the checkpoint "${key}"`;
    try {
      const late = () => new ShopeeMediaError(`${cannot}: its store has not answered within ${STORE_TIME} ms`);
      return await limitTime(Promise.resolve(work()), STORE_TIME, late);
    } catch (cause) {
      throw isShopeeMediaError(cause) ? cause : new ShopeeMediaError(cannot, { cause });
    }
  }

  return {
    async load() {
      const taking = takeKey(store, key);
      taken = await ask("take", () => taking).catch((error) => {
        // Should it be ours after all, nobody has waited for it.
        taking.then((late) => late?.release(), () => {});
        throw error;
      }) as TakenKey | undefined;
      if (taken === undefined) {
        throw new InvalidInputError(`Cannot upload the video: its checkpoint "${key}" is in use by another upload`);
      }
      return readSaved(module, await ask("load", () => store.get(key)));
    },
    begin({ session: { videoUploadId, partSize }, file: { size, md5 = null }, uploadCost, ...saved }) {
      parts = Object.fromEntries(saved.parts);
      head = { module, videoUploadId, partSize, size, md5, uploadCost };
      return write();
    },
    acked({ seq, md5 }, uploadCost) {
      parts[seq] = md5;
      head.uploadCost = uploadCost;
      return write();
    },
    async close(how) {
      const lastWork = line.then(() => how === "forget" ? ask("remove", () => store.remove(key)) : undefined);
      await Promise.all([lastWork, taken?.release(lastWork)]);
    },
  };
}

function readSaved<Module extends VideoModule>(module: Module, value: unknown): SavedUpload<Module> | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { videoUploadId, partSize, size, md5, uploadCost, parts, ...rest } = value as Record<string, unknown>;
  if (rest.module !== module || typeof videoUploadId !== "string" || videoUploadId === "") return undefined;
  if (!isCount(partSize) || partSize === 0 || !isCount(size) || !isCount(uploadCost)) return undefined;
  if (typeof parts !== "object" || parts === null) return undefined;
  const md5s = new Map(Object.entries(parts).map(([seq, md5]) => [Number(seq), `${md5}`]));
  if (![...md5s.keys()].every(isCount)) return undefined;
  return {
    session: { module, videoUploadId, partSize },
    file: { size, md5: typeof md5 === "string" ? md5 : undefined },
    parts: md5s,
    uploadCost,
  };
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
