import { appendFile, copyFile, mkdir, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { md5 } from "../support/bytes.ts";
import { emulate } from "./support/emulate.ts";
import { jsonLines } from "./support/json_lines.ts";
import { environmentOf, runCommand } from "./support/run_command.ts";
import { sampleVideo } from "./support/sample_video.ts";
import { temporaryFolder } from "../support/files.ts";

test("a video of three parts arrives, and a human reads what became of it", async () => {
  const cwd = await temporaryFolder();
  const emulator = await emulate();
  const { path, bytes } = await sampleVideo(cwd, { size: 9_300_000 });

  const run = await runCommand(["upload", path], { cwd, env: environmentOf(emulator) });

  expect(await run.exit).toBe(0);
  const [session] = emulator.sessions();
  expect(md5(await emulator.content(session!.id))).toBe(md5(bytes));
  expect(run.stdout).toContain(`${path}: SUCCEEDED\n  video_upload_id: ${session!.id}\n`);
  expect(run.stdout).toContain(`  size: 9300000 bytes in 3 parts, sent in ${session!.uploadCost} ms\n`);
  expect(run.stdout).toContain(`  md5: ${md5(bytes)}\n`);
  expect(run.stdout).toMatch(/ {2}video \(SG\): http:\/\/127\.0\.0\.1:\d+\/\S+\n/);
  expect(run.stderr).toContain(`${path}: uploading 0 %, 0.0 of 8.9 MiB\n`);
  expect(run.stderr).toContain(`${path}: processing at Shopee\n`);
  expect(run.stderr).not.toContain("\u001b");
});

test("--json prints one object on stdout, and nothing else there", async () => {
  const cwd = await temporaryFolder();
  const emulator = await emulate();
  const { bytes } = await sampleVideo(cwd, { name: "shoes.mp4" });

  const run = await runCommand(["upload", "--json", "shoes.mp4"], { cwd, env: environmentOf(emulator) });

  expect(await run.exit).toBe(0);
  const [session] = emulator.sessions();
  const lines = jsonLines(run.stdout);
  expect(lines).toEqual([{
    file: "shoes.mp4",
    videoUploadId: session!.id,
    status: "SUCCEEDED",
    size: bytes.length,
    md5: md5(bytes),
    uploadCost: session!.uploadCost,
    videoInfo: {
      duration: 12,
      video_url_list: [{ video_url_region: "SG", video_url: expect.stringContaining(emulator.url) }],
      thumbnail_url_list: [{ image_url_region: "SG", image_url: expect.stringContaining(emulator.url) }],
    },
  }]);
  expect(run.stderr).toContain("shoes.mp4: uploading");
});

test("a Shopee Video needs neither shop nor token", async () => {
  const cwd = await temporaryFolder();
  const emulator = await emulate({ mediaPartSize: 1_000_000 });
  await sampleVideo(cwd, { name: "shoes.mp4", size: 2_500_000 });
  const { SHOPEE_SHOP_ID: _shop, SHOPEE_ACCESS_TOKEN: _token, ...env } = environmentOf(emulator);

  const argv = ["upload", "--json", "--module", "media", "--concurrency", "2", "shoes.mp4"];
  const run = await runCommand(argv, { cwd, env });

  expect(await run.exit).toBe(0);
  expect(emulator.sessions()).toMatchObject([{ module: "media", fileName: "shoes.mp4", status: "SUCCEEDED" }]);
  expect(emulator.sessions()[0]!.parts).toHaveLength(3);
  expect(jsonLines(run.stdout)).toMatchObject([{ status: "SUCCEEDED", videoInfo: { resolution: "320x240" } }]);
});

test("a file that Shopee will not have does not stop the others, and ends in 1", async () => {
  const cwd = await temporaryFolder();
  const emulator = await emulate();
  await writeFile(join(cwd, "notes.mp4"), "not a video");
  await sampleVideo(cwd, { name: "a.mp4" });
  await sampleVideo(cwd, { name: "b.mp4" });

  const argv = ["upload", "--no-preflight", "a.mp4", "notes.mp4", "missing.mp4", "b.mp4"];
  const run = await runCommand([...argv, "--json"], { cwd, env: environmentOf(emulator) });

  expect(await run.exit).toBe(1);
  const lines = jsonLines(run.stdout);
  expect(lines.map(({ file, status }) => [file, status])).toEqual([
    ["a.mp4", "SUCCEEDED"],
    ["notes.mp4", "FAILED"],
    ["missing.mp4", null],
    ["b.mp4", "SUCCEEDED"],
  ]);
  expect(lines[1]).toMatchObject({ videoUploadId: emulator.sessions()[1]!.id, error: { name: "VideoFailedError" } });
  expect(run.stderr).toContain("2 uploaded, 1 failed, 1 refused\n");

  const human = await runCommand(argv, { cwd, env: environmentOf(emulator) });
  expect(await human.exit).toBe(1);
  expect(human.stderr).toMatch(/^notes\.mp4: failed: .+ \(FAILED\)$/m);
});

test("--parallel uploads several files at once", async () => {
  const cwd = await temporaryFolder();
  const emulator = await emulate();
  const names = ["a.mp4", "b.mp4", "c.mp4", "d.mp4", "e.mp4"];
  for (const name of names) await sampleVideo(cwd, { name });

  const argv = ["upload", "--json", "--parallel", "3", ...names];
  const run = await runCommand(argv, { cwd, env: environmentOf(emulator) });

  expect(await run.exit).toBe(0);
  expect(jsonLines(run.stdout).map(({ file }) => file).sort()).toEqual(names);
  const endpoints = emulator.requests.map(({ endpoint }) => endpoint.replace(/.*\//, ""));
  const opened = endpoints.slice(0, endpoints.indexOf("complete_video_upload")).filter((e) => e.startsWith("init"));
  expect(opened.length).toBeGreaterThan(1);
});

test("files that cannot work are refused before anything is sent, with 2", async () => {
  const cwd = await temporaryFolder();
  const emulator = await emulate();
  await mkdir(join(cwd, "folder"));
  await writeFile(join(cwd, "empty.mp4"), "");
  await writeFile(join(cwd, "large.mp4"), "");
  await truncate(join(cwd, "large.mp4"), 31_457_281);

  const argv = ["upload", "missing.mp4", "folder", "empty.mp4", "large.mp4"];
  const run = await runCommand(argv, { cwd, env: environmentOf(emulator) });

  expect(await run.exit).toBe(2);
  expect(emulator.requests).toEqual([]);
  expect(run.stdout).toBe("");
  expect(run.stderr).toContain(
    "missing.mp4: refused before sending: Cannot read missing.mp4: no such file or directory\n",
  );
  expect(run.stderr).toContain("folder: refused before sending: Cannot read folder: it is not a regular file\n");
  expect(run.stderr).toMatch(/^empty\.mp4: refused before sending: .*empty$/m);
  expect(run.stderr).toMatch(/^large\.mp4: refused before sending: .*31457281/m);
});

test("a video is looked at before it is sent, and all that is wrong is told at once, with 2", async () => {
  const cwd = await temporaryFolder();
  const emulator = await emulate();
  const assets = fileURLToPath(new URL("../assets/video/", import.meta.url));
  await copyFile(join(assets, "ok.mov"), join(cwd, "mov.mp4"));
  await copyFile(join(assets, "edge_180s.mp4"), join(cwd, "long.mp4"));
  await appendFile(join(cwd, "long.mp4"), new Uint8Array(31_457_280));

  const run = await runCommand(["upload", "mov.mp4", "long.mp4"], { cwd, env: environmentOf(emulator) });

  expect(await run.exit).toBe(2);
  expect(emulator.requests).toEqual([]);
  expect(run.stderr).toMatch(/^mov\.mp4: refused before sending: .*it is a mov file/m);
  expect(run.stderr).toMatch(/^long\.mp4: refused before sending: .*it lasts 180 s/m);
  expect(run.stderr).toMatch(/^long\.mp4: refused before sending: .*it has 31475300 bytes/m);
  expect(run.stderr).toContain("2 refused\n");
});

test("--no-preflight leaves the verdict to Shopee, and the duration of a Shopee Video to the user", async () => {
  const cwd = await temporaryFolder();
  const emulator = await emulate();
  await sampleVideo(cwd, { name: "shoes.mp4" });
  const argv = ["upload", "--module", "media", "--no-preflight", "shoes.mp4"];

  const untold = await runCommand(argv, { cwd, env: environmentOf(emulator) });
  expect(await untold.exit).toBe(2);
  expect(untold.stderr).toMatch(/^shoes\.mp4: refused before sending: .*duration.* left out$/m);

  const told = await runCommand([...argv, "--duration", "12"], { cwd, env: environmentOf(emulator) });
  expect(await told.exit).toBe(0);
});

test("--emulator prints no URL that leads nowhere a moment later", async () => {
  const cwd = await temporaryFolder();
  await sampleVideo(cwd, { name: "shoes.mp4" });

  const run = await runCommand(["upload", "--emulator", "shoes.mp4"], { cwd });

  expect(run.stdout).toContain("duration: 12 s\n");
  expect(run.stdout).not.toContain("http");
});

test("an attempt that failed is told", async () => {
  const cwd = await temporaryFolder();
  const emulator = await emulate({
    faults: ["upload_video_part#1:status=503", "complete_video_upload#1:reset-before"],
  });
  await sampleVideo(cwd, { name: "shoes.mp4" });

  const run = await runCommand(["upload", "shoes.mp4"], { cwd, env: environmentOf(emulator) });

  expect(await run.exit).toBe(0);
  expect(run.stderr).toContain("HTTP 503 instead of an answer for upload_video_part, trying again (attempt 2)\n");
  expect(run.stderr).toContain("no answer for complete_video_upload, trying again (attempt 2)\n");
});

test("parts that are aborted since another was refused are not told as tried again", async () => {
  const cwd = await temporaryFolder();
  const emulator = await emulate({
    faults: ["upload_video_part#1:error=error_kyc_auth", "upload_video_part:stall-before"],
  });
  await sampleVideo(cwd, { name: "shoes.mp4", size: 9_300_000 });

  const run = await runCommand(["upload", "shoes.mp4"], { cwd, env: environmentOf(emulator) });

  expect(await run.exit).toBe(1);
  expect(run.stderr).toContain("(error_kyc_auth)");
  expect(run.stderr).not.toContain("trying again");
});

test("--emulator brings its own Shopee, and needs no credentials", async () => {
  const cwd = await temporaryFolder();
  await sampleVideo(cwd, { name: "shoes.mp4" });

  const run = await runCommand(["upload", "--emulator", "--json", "shoes.mp4"], { cwd });

  expect(await run.exit).toBe(0);
  expect(jsonLines(run.stdout)).toMatchObject([{ file: "shoes.mp4", status: "SUCCEEDED" }]);
});
