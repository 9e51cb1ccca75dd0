import { type FileHandle, open, stat } from "node:fs/promises";
import { basename } from "node:path";
import { createWakeUp } from "../async/wake_up.ts";
import { InvalidInputError } from "../errors.ts";
import type { PartSource, PartSourceReadOptions } from "../upload/source/part_source.ts";

/**
 * Makes a source of a file on disk: the leanest way to upload one. It reads straight into part buffers, ahead of the
 * network as far as there are free ones, and uses each again when its part was acknowledged.
 *
 * @param path Path of the file.
 * @returns The source, for one call of `uploadVideo`.
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
export async function fileSource(path: string): Promise<PartSource> {
  const facts = await stat(path).catch((cause) => {
    throw new InvalidInputError(`Cannot read ${path}: ${cause.code ?? cause.message}`, { cause });
  });
  if (!facts.isFile()) throw new InvalidInputError(`Cannot read ${path}: it is not a file`);
  const { size, mtimeMs } = facts;
  let free: Uint8Array<ArrayBuffer>[] = [];
  const freed = createWakeUp();

  async function* parts(partSize: number, { buffers, signal }: PartSourceReadOptions) {
    const handle = await open(path);
    let allocated = 0;
    free = [];
    const nextBuffer = async () => {
      while (free.length === 0 && allocated >= buffers) await freed.wait(signal);
      return free.pop() ?? (allocated++, new Uint8Array(partSize));
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
    release(part) {
      free.push(new Uint8Array(part.buffer));
      freed.wake();
    },
  };
}

function changed(path: string, how: string): InvalidInputError {
  return new InvalidInputError(`Cannot upload ${path}: it has changed while it was read: ${how}`);
}
