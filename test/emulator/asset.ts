import { readFile } from "node:fs/promises";

/** The bytes of a file below test/assets. */
export async function asset(name: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await readFile(new URL(`../assets/${name}`, import.meta.url)));
}
