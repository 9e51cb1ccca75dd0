import { readFile } from "node:fs/promises";

/** Reads a file of `test/assets`, such as `video/ok.mp4`. */
export async function readAsset(path: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await readFile(new URL(`../../assets/${path}`, import.meta.url)));
}
