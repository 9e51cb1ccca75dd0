import { open, readFile, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const SAMPLE = new URL("../test/assets/video/ok.mp4", import.meta.url);
const MEBIBYTE = 1024 * 1024;

/**
 * Makes a playable video of any size in the system's folder for temporary files, once for all benches: a small one with a
 * `free` box behind it, which players skip.
 *
 * @param mebibytes Its size.
 * @returns Its path.
 */
export async function videoFile(mebibytes: number): Promise<string> {
  const path = join(tmpdir(), `shopee-media-bench-${mebibytes}.mp4`);
  const size = mebibytes * MEBIBYTE;
  if ((await stat(path).catch(() => undefined))?.size === size) return path;

  const sample = await readFile(SAMPLE);
  const box = Buffer.from("\0\0\0\0free", "latin1");
  box.writeUInt32BE(size - sample.length);
  const filler = crypto.getRandomValues(new Uint8Array(65_536));
  await using file = await open(path, "w");
  await file.writev([sample, box]);
  for (let position = sample.length + box.length; position < size; position += filler.length) {
    await file.write(filler, 0, Math.min(filler.length, size - position), position);
  }
  return path;
}
