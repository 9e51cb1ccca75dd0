import { type FileHandle, open } from "node:fs/promises";
import type { ByteRange } from "./parse_range.ts";

const CHUNK = 262_144;

/** The bytes of a file, read as they are asked for. The file is opened with the first read. */
export function fileStream(path: string, { start, end }: ByteRange): ReadableStream<Uint8Array<ArrayBuffer>> {
  let file: FileHandle | undefined;
  let position = start;
  return new ReadableStream({
    async pull(controller) {
      file ??= await open(path);
      const chunk = new Uint8Array(Math.min(CHUNK, end + 1 - position));
      const { bytesRead } = await file.read(chunk, 0, chunk.length, position);
      position += bytesRead;
      if (bytesRead > 0) controller.enqueue(chunk.subarray(0, bytesRead));
      if (bytesRead > 0 && position <= end) return;
      await file.close();
      controller.close();
    },
    async cancel() {
      await file?.close();
    },
  }, { highWaterMark: 0 });
}
