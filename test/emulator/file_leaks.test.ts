import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Emulator, startEmulator } from "../../src/emulator/mod.ts";
import { createStorage } from "../../src/emulator/storage.ts";
import { readAsset } from "../support/files.ts";
import { completeMedia, sendMedia, waitForResult } from "./upload_raw.ts";

const SECRET = "nobody is to read this";

let parent: string;
let directory: string;
let emulator: Emulator;
beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), "leak-"));
  directory = join(parent, "uploads");
  await mkdir(directory);
  for (const folder of [parent, directory]) {
    for (const name of ["secret.mp4", "secret.jpg", "secret"]) await writeFile(join(folder, name), SECRET);
  }
  emulator = await startEmulator({ directory, transcodeMs: 0 });
});
afterAll(async () => {
  await emulator.close();
  await rm(parent, { recursive: true });
});

/** Asks for a path as it stands: `fetch` would tidy it up first. */
function get(path: string): Promise<{ status: number | undefined; text: string }> {
  const { hostname, port } = new URL(emulator.url);
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, path }, (response) => {
      let text = "";
      response.on("data", (chunk) => text += chunk).on("end", () => resolve({ status: response.statusCode, text }));
    });
    sent.on("error", reject).end();
  });
}

test.each([
  "/files/videos/secret.mp4",
  "/files/images/secret",
  "/files/thumbnails/secret.jpg",
  "/files/videos/../secret.mp4",
  "/files/videos/../../secret.mp4",
  "/files/videos/..%2fsecret.mp4",
  "/files/videos/%2e%2e/secret.mp4",
  "/files/videos/%2e%2e%2f%2e%2e%2fsecret.mp4",
  "/files/videos/..%5csecret.mp4",
  "/files/videos//secret.mp4",
  "/files/images/..%2fsecret",
  "/files/images/%2e%2e%2f%2e%2e%2f%2e%2e%2fetc%2fpasswd",
  "/files/../../../../../../../../etc/passwd",
  "//etc/passwd",
  "/files/images/secret%00",
  "/files/images/%ff",
])("%s leads nowhere", async (path) => {
  expect(await get(path)).toEqual({ status: 404, text: "404 Not Found" });
});

test("a file name that leads elsewhere decides nothing", async () => {
  const before = await readdir(parent);
  const id = await sendMedia(emulator, new Uint8Array(10), "../../escaped.mp4");
  expect(await readdir(parent)).toEqual(before);
  expect(await readdir(directory)).toContain(`${id}.mp4`);
});

test("a playlist is no video, and the video that it names is not opened", async () => {
  const named = await (await createStorage(parent)).create("named.mp4");
  await named.write(await readAsset("video/ok.mp4"), 0);
  const text = "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:12\n#EXTINF:12,\n../named.mp4\n#EXT-X-ENDLIST\n";
  const id = await sendMedia(emulator, new TextEncoder().encode(text));
  await completeMedia(emulator, id);
  const { response } = await waitForResult(emulator, "media", id);
  expect(response).toMatchObject({ status: "FAILED", reason: "Video format is not supported" });
});
