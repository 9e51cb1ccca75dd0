import { type FileHandle, mkdir, mkdtemp, open, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A file that can be read. */
export interface ReadableFile {
  /** Bytes in it. */
  size(): Promise<number>;
  /** The bytes from `start` to before `end`; fewer where the file ends before that. */
  read(start: number, end: number): Promise<Uint8Array<ArrayBuffer>>;
}

/** A file that the emulator keeps. */
export interface StoredFile extends ReadableFile {
  /** Writes at that place, whatever stands there. */
  write(bytes: Uint8Array, start: number): Promise<void>;
  /** Removes it, if it is there. */
  remove(): Promise<void>;
}

/** Where the emulator keeps what it was sent, and its only way to the disk. */
export interface Storage {
  /**
   * Makes an empty file.
   *
   * @throws The storage is closed.
   */
  create(name: string): Promise<StoredFile>;
  /** Removes the folder, if it is a temporary one. */
  close(): Promise<void>;
}

/** Creates a storage in a folder, which is made if need be and never removed; without one, in a temporary folder. */
export async function createStorage(directory?: string): Promise<Storage> {
  if (directory !== undefined) await mkdir(directory, { recursive: true });
  const folder = directory ?? await mkdtemp(join(tmpdir(), "shopee-media-emulator-"));
  const creating = new Set<Promise<void>>();
  let isClosed = false;
  return {
    async create(name) {
      if (isClosed) throw new Error("The emulator is closed");
      const path = join(folder, name);
      const created = writeFile(path, "", { flag: "wx" });
      creating.add(created);
      await created.finally(() => creating.delete(created));
      return storedFile(path);
    },
    async close() {
      isClosed = true;
      // One that came into the folder while it is removed would keep it there.
      await Promise.allSettled(creating);
      if (directory === undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}

function storedFile(path: string): StoredFile {
  return {
    size: async () => (await stat(path)).size,
    read: (start, end) =>
      withFile(path, "r", async (file) => {
        const bytes = new Uint8Array(end - start);
        let done = 0;
        while (done < bytes.length) {
          const { bytesRead } = await file.read(bytes, done, bytes.length - done, start + done);
          if (bytesRead === 0) break;
          done += bytesRead;
        }
        return bytes.subarray(0, done);
      }),
    write: (bytes, start) =>
      withFile(path, "r+", async (file) => {
        let done = 0;
        while (done < bytes.length) {
          const { bytesWritten } = await file.write(bytes, done, bytes.length - done, start + done);
          done += bytesWritten;
        }
      }),
    remove: () => rm(path, { force: true }),
  };
}

/** A file is open as long as it is used: any number of them can be kept, and none has to be closed at the end. */
async function withFile<Result>(
  path: string,
  flags: string,
  use: (file: FileHandle) => Promise<Result>,
): Promise<Result> {
  const file = await open(path, flags);
  try {
    return await use(file);
  } finally {
    await file.close();
  }
}
