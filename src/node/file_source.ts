import { type FileHandle, open, stat } from "node:fs/promises";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { createWakeUp } from "../async/wake_up.ts";
import { describeSource } from "../bytes.ts";
import { InvalidInputError } from "../errors.ts";
import type { PartSource, PartSourceReadOptions } from "../upload/source/part_source.ts";

/**
 * Makes a source of a file on disk: the leanest way to upload one. It reads straight into part buffers, ahead of the
 * network as far as there are free ones, and uses each again when its part was acknowledged.
 *
 * @param file Path of the file, or its `file:` URL.
 * @returns The source, for any number of calls of `uploadVideo`, also at once: each reads the file by itself.
 * @throws {InvalidInputError} There is no file, or it cannot be read; the upload fails with the same when the file
 * changes while it is read.
 * @example
 * ```ts
 * import { writeFile } from "node:fs/promises";
 * import { MediaManager, uploadVideo } from "shopee-media";
 * import { createEmulator } from "shopee-media/emulator";
 * import { fileSource } from "shopee-media/node";
 *
 * const emulator = await createEmulator({ inspect: false });
 * const media = new MediaManager({ ...emulator.credentials, fetch: emulator.fetch });
 * await writeFile("/tmp/shoes.mp4", "not quite a video");
 *
 * const { videoUploadId } = await uploadVideo(media, await fileSource("/tmp/shoes.mp4"), { preflight: false });
 * console.log(videoUploadId);
 * await emulator.close();
 * ```
 */
export async function fileSource(file: string | URL): Promise<PartSource> {
  const path = toPath(file);
  const facts = await stat(path).catch((cause) => {
    throw new InvalidInputError(`Cannot read ${path}: ${cause.code ?? cause.message}`, { cause });
  });
  if (!facts.isFile()) throw new InvalidInputError(`Cannot read ${path}: it is not a file`);
  const { size, mtimeMs } = facts;
  /** Where each buffer goes back to: every run has buffers of its own. */
  const owners = new WeakMap<ArrayBuffer, (buffer: ArrayBuffer) => void>();

  async function* parts(partSize: number, { buffers, signal }: PartSourceReadOptions) {
    const handle = await open(path);
    const free: ArrayBuffer[] = [];
    const freed = createWakeUp();
    let allocated = 0;
    const takeBack = (buffer: ArrayBuffer) => {
      free.push(buffer);
      freed.wake();
    };
    const nextBuffer = async () => {
      while (free.length === 0 && allocated >= buffers) await freed.wait(signal);
      const buffer = free.pop() ?? (allocated++, new ArrayBuffer(partSize));
      owners.set(buffer, takeBack);
      return new Uint8Array(buffer);
    };
    const read = async (start: number) => {
      if (start >= size) return undefined;
      return await fill(handle, (await nextBuffer()).subarray(0, size - start), start);
    };
    let next = read(0);
    try {
      for (let start = partSize;; start += partSize) {
        const part = await next;
        if (part === undefined) return;
        // While this one is hashed and sent.
        next = read(start);
        next.catch(() => {});
        yield part;
      }
    } finally {
      await handle.close();
    }
  }

  async function readRange(start: number, end: number): Promise<ArrayBuffer> {
    const handle = await open(path);
    try {
      return (await fill(handle, new Uint8Array(Math.max(0, end - start)), start)).buffer;
    } finally {
      await handle.close();
    }
  }

  async function fill(handle: FileHandle, part: Uint8Array<ArrayBuffer>, start: number) {
    let filled = 0;
    while (filled < part.length) {
      const { bytesRead } = await handle.read(part, filled, part.length - filled, start + filled);
      if (bytesRead === 0) throw changed(path, `it ended after ${start + filled} of ${size} bytes`);
      filled += bytesRead;
    }
    if (start + filled < size) return part;
    const now = await handle.stat();
    if (now.size !== size) throw changed(path, `it had ${size} bytes, and now has ${now.size}`);
    if (now.mtimeMs !== mtimeMs) throw changed(path, "it was written to");
    return part;
  }

  return {
    size,
    name: basename(path),
    slice: (start, end) => ({ arrayBuffer: () => readRange(start, Math.min(end, size)) }),
    parts,
    release({ buffer }) {
      const takeBack = owners.get(buffer);
      // Once for each time that it was given.
      owners.delete(buffer);
      takeBack?.(buffer);
    },
  };
}

function toPath(file: string | URL): string {
  if (typeof file === "string" && file !== "") return file;
  if (file instanceof URL && file.protocol === "file:") return fileURLToPath(file);
  throw new InvalidInputError(
    `Cannot read a file: its path must be a string or a file: URL, not ${describeFile(file)}`,
  );
}

function describeFile(file: unknown): string {
  if (file === "") return "an empty one";
  return file instanceof URL ? `${file.protocol} URL` : describeSource(file);
}

function changed(path: string, how: string): InvalidInputError {
  return new InvalidInputError(`Cannot upload ${path}: it has changed while it was read: ${how}`);
}
