import { open } from "node:fs/promises";

/**
 * Reads a file part by part, each into a fresh buffer.
 *
 * @param path Path of the file.
 * @param partSize Bytes in each part but the last.
 * @returns The parts.
 */
export async function* readParts(path: string, partSize: number): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  await using file = await open(path);
  const { size } = await file.stat();
  for (let start = 0; start < size; start += partSize) {
    const part = new Uint8Array(Math.min(partSize, size - start));
    for (let filled = 0; filled < part.length;) {
      const { bytesRead } = await file.read(part, filled, part.length - filled, start + filled);
      if (bytesRead === 0) throw new Error(`${path} ended early`);
      filled += bytesRead;
    }
    yield part;
  }
}
