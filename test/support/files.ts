import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** Reads a file of `test/assets`, such as `video/ok.mp4`. */
export async function readAsset(path: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await readFile(new URL(`../assets/${path}`, import.meta.url)));
}

/** Makes a folder that is gone after the test. */
export async function temporaryFolder(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "shopee-media-test-"));
  onTestFinished(() => rm(directory, { recursive: true }));
  return directory;
}
