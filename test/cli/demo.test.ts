import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { growVideo } from "../../scripts/grow_video.ts";
import { sampleVideo } from "./support/sample_video.ts";
import { temporaryFolder } from "../support/files.ts";

const DEMO = fileURLToPath(new URL("../../scripts/demo.ts", import.meta.url));

function runDemo(...argv: string[]): Promise<{ exitCode: unknown; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [DEMO, ...argv], (error, stdout, stderr) => {
      resolve({ exitCode: error?.code ?? 0, stdout, stderr });
    });
  });
}

test("the demo uploads three parts, fetches them back, and finds them to be the same", async () => {
  const { exitCode, stdout, stderr } = await runDemo();

  expect(stdout).toContain("parts: [ 0, 1, 2 ]");
  expect(stdout).toMatch(/Status of \S+: SUCCEEDED/);
  const [sent, received] = [...stdout.matchAll(/^MD5 of the .+: +([0-9a-f]{32})$/gm)].map(([, md5]) => md5);
  expect(received).toBe(sent);
  expect(stderr).toContain("uploading");
  expect(exitCode).toBe(0);
});

test("the demo takes a video of one's own", async () => {
  const { path } = await sampleVideo(await temporaryFolder(), { name: "mine.mp4" });

  const { exitCode, stdout } = await runDemo(path);

  expect(stdout).toContain("size: 80854");
  expect(exitCode).toBe(0);
});

test("the demo fails with what is no video", async () => {
  const path = join(await temporaryFolder(), "notes.mp4");
  await writeFile(path, "not a video");

  const { exitCode, stderr } = await runDemo(path);

  expect(stderr).toContain("The demo failed: Cannot upload the video: ");
  expect(exitCode).toBe(1);
});

test("a grown video has the bytes of the old one, then a free box to its end", () => {
  const grown = growVideo(Uint8Array.of(1, 2, 3), 300);

  expect([...grown.subarray(0, 11)]).toEqual([1, 2, 3, 0, 0, 297 >> 8, 297 & 255, 0x66, 0x72, 0x65, 0x65]);
  expect(grown).toHaveLength(300);
  expect(() => growVideo(new Uint8Array(10), 17)).toThrow("10 bytes cannot grow to 17 bytes");
});
