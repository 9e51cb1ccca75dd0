import { readFile } from "node:fs/promises";

/** Reads three pictures that Shopee would take. */
export async function readSampleImages(): Promise<Uint8Array<ArrayBuffer>[]> {
  return await Promise.all(["ok.jpg", "ok.png", "progressive.jpg"].map(async (name) => {
    return new Uint8Array(await readFile(new URL(`../../test/assets/image/${name}`, import.meta.url)));
  }));
}
