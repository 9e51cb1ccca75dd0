import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, onTestFinished, test } from "vitest";
import type { VideoUploadResult } from "../../../mod.ts";
import { type Emulator, startEmulator } from "../../../src/emulator/mod.ts";
import { md5, noise } from "../../support/bytes.ts";
import type { UploadTask } from "./upload_child.ts";

const CHILD = new URL("./upload_child.ts", import.meta.url).pathname;
const MEDIA_PART = 65_536;
const SPACE_PART = 4_194_304;

/**
 * Runs the child until it has so many parts, then kills it; without a number, until its end.
 *
 * @returns The result, unless it was killed.
 */
async function run(task: UploadTask, killAfter?: number): Promise<VideoUploadResult | undefined> {
  const child = spawn(process.execPath, [CHILD, JSON.stringify(task)], { stdio: ["ignore", "pipe", "inherit"] });
  const exited = once(child, "exit");
  let result: VideoUploadResult | undefined;
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith("result ")) result = JSON.parse(line.slice("result ".length));
    if (line === `acked ${killAfter}`) child.kill("SIGKILL");
  }
  const [code, signal] = await exited;
  expect({ code, signal }).toEqual(
    killAfter === undefined ? { code: 0, signal: null } : { code: null, signal: "SIGKILL" },
  );
  return result;
}

/** Lets one more part be acknowledged, and holds all that would come after it. */
function holdAfterOnePart(emulator: Emulator): void {
  emulator.faults.clear();
  const calls = Array.from({ length: 50 }, (_, index) => index + 2);
  emulator.faults.add({ kind: "stall-before", endpoint: "upload_video_part", calls });
  emulator.faults.add({ kind: "stall-before", endpoint: "complete_video_upload" });
}

test.each(
  [
    { module: "media", size: 5 * MEDIA_PART + 1, parts: 6, options: { fileName: "shoes.mp4", duration: 12 } },
    { module: "media_space", size: 2 * SPACE_PART + 1, parts: 3, options: {} },
    { module: "media_space", size: 2 * SPACE_PART + 1, parts: 3, options: {}, isMd5Known: true },
  ] as const,
)(
  "killed after each part in turn and resumed, $module, every part is sent once (MD5 known: $isMd5Known)",
  { timeout: 60_000 },
  async ({ module, size, parts, isMd5Known }) => {
    const directory = await mkdtemp(join(tmpdir(), "shopee-media-kill-"));
    onTestFinished(() => rm(directory, { recursive: true }));
    const emulator = await startEmulator({ mediaPartSize: MEDIA_PART, transcodeMs: 0, inspect: false });
    onTestFinished(() => emulator.close());
    const bytes = noise(size);
    const [file, folder] = [join(directory, "shoes.mp4"), join(directory, "checkpoints")];
    await writeFile(file, bytes);
    const { refreshToken: _, ...credentials } = emulator.credentials;
    const task: UploadTask = {
      credentials,
      baseUrl: emulator.url,
      file,
      folder,
      options: { module, fileName: "shoes.mp4", duration: 12, ...(isMd5Known && { md5: md5(bytes) }) },
    };

    for (let acked = 1; acked <= parts; acked++) {
      holdAfterOnePart(emulator);
      await run(task, acked);
      const saved = await Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name), "utf8")));
      expect(Object.keys(JSON.parse(saved[0]!).parts)).toHaveLength(acked);
      for (const secret of [credentials.partnerKey, credentials.accessToken]) {
        expect(saved.join()).not.toContain(secret);
      }
    }
    emulator.faults.clear();
    const result = await run(task);

    expect(result).toMatchObject({ size, md5: md5(bytes), parts: Array.from({ length: parts }, (_, seq) => seq) });
    expect(md5(await emulator.content(result!.videoUploadId))).toBe(md5(bytes));
    const taken = emulator.requests.filter(({ endpoint, status, error }) =>
      endpoint.endsWith("/upload_video_part") && status === 200 && error === ""
    );
    expect(taken).toHaveLength(parts);
    expect(emulator.sessions().map(({ status }) => status)).toEqual(["SUCCEEDED"]);
    expect(await readdir(folder)).toEqual([]);
  },
);
