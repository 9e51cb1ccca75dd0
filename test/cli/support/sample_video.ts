import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { growVideo } from "../../../scripts/grow_video.ts";

/** Writes the shipped real video into a folder, grown to `size` bytes if given, and answers its bytes and path. */
export async function sampleVideo(
  directory: string,
  { name = "shoes.mp4", size }: { name?: string; size?: number } = {},
): Promise<{ path: string; bytes: Uint8Array }> {
  const sample = new Uint8Array(await readFile(new URL("../../../scripts/sample/sample.mp4", import.meta.url)));
  const bytes = size === undefined ? sample : growVideo(sample, size);
  const path = join(directory, name);
  await writeFile(path, bytes);
  return { path, bytes };
}
