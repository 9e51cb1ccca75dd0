import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { MediaManager } from "../../src/api/media_manager.ts";
import type { Emulator } from "../../src/emulator/mod.ts";
import { emulate } from "./support/emulate.ts";
import { environmentOf, runCommand } from "./support/run_command.ts";
import { sampleVideo } from "./support/sample_video.ts";
import { temporaryFolder } from "../support/files.ts";

async function emulateForClient(): Promise<{ emulator: Emulator; media: MediaManager; env: Record<string, string> }> {
  const emulator = await emulate();
  const media = new MediaManager({ ...emulator.credentials, baseUrl: emulator.url });
  return { emulator, media, env: environmentOf(emulator) };
}

const OPENING = { file_md5: "900150983cd24fb0d6963f7d28e17f72", file_size: 3 };

test("status tells a human, and a program, where an upload stands", async () => {
  const cwd = await temporaryFolder();
  const { emulator, media, env } = await emulateForClient();
  await sampleVideo(cwd, { name: "good.mp4" });
  await writeFile(join(cwd, "bad.mp4"), "not a video");
  await runCommand(["upload", "--no-preflight", "good.mp4", "bad.mp4"], { cwd, env });
  await media.initVideoUpload(OPENING);
  const [good, bad, open] = emulator.sessions();

  const human = await runCommand(["status", good!.id], { cwd, env });
  expect(await human.exit).toBe(0);
  expect(human.stdout).toMatch(
    new RegExp(`^${good!.id}: SUCCEEDED: success\n  duration: 12 s\n  video \\(SG\\): http://\\S+\n`),
  );
  expect(human.stderr).toBe("");

  const program = await runCommand(["status", "--json", good!.id], { cwd, env });
  expect(JSON.parse(program.stdout)).toEqual({
    videoUploadId: good!.id,
    status: "SUCCEEDED",
    message: "success",
    videoInfo: expect.objectContaining({ duration: 12 }),
  });

  const failed = await runCommand(["status", "--json", bad!.id], { cwd, env });
  expect(await failed.exit).toBe(0);
  expect(JSON.parse(failed.stdout)).toMatchObject({ status: "FAILED", message: bad!.message });

  const waiting = await runCommand(["status", open!.id], { cwd, env });
  expect(waiting.stdout).toBe(`${open!.id}: INITIATED\n`);
});

test("status and cancel know the module media, too", async () => {
  const cwd = await temporaryFolder();
  const { emulator, media, env } = await emulateForClient();
  await media.initMediaVideoUpload({ business: 3, scene: 1, file_name: "a.mp4", file_size: 3, duration: 12 });
  const [session] = emulator.sessions();

  const cancelled = await runCommand(["cancel", "--module", "media", session!.id], { cwd, env });
  expect(await cancelled.exit).toBe(0);
  expect(emulator.sessions()[0]!.status).toBe("CANCELLED");

  const run = await runCommand(["status", "--module", "media", session!.id], { cwd, env });
  expect(run.stdout).toMatch(new RegExp(`^${session!.id}: CANCELLED`));
});

test("cancel gives an upload up", async () => {
  const cwd = await temporaryFolder();
  const { emulator, media, env } = await emulateForClient();
  await media.initVideoUpload(OPENING);
  const [session] = emulator.sessions();

  const run = await runCommand(["cancel", "--json", session!.id], { cwd, env });

  expect(await run.exit).toBe(0);
  expect(JSON.parse(run.stdout)).toEqual({ videoUploadId: session!.id, status: "CANCELLED" });
  expect(emulator.sessions()[0]!.status).toBe("CANCELLED");
});

test.each([
  ["status", "product.error_param"],
  ["cancel", "product.error_unknown"],
])("%s of an unknown session ends in 1, with Shopee's error", async (name, code) => {
  const cwd = await temporaryFolder();
  const { emulator, env } = await emulateForClient();

  const run = await runCommand([name, "--json", "sg_nobody"], { cwd, env });

  expect(await run.exit).toBe(1);
  expect(run.stderr).toMatch(/^shopee-media: Cannot .*sg_nobody.*\): was it uploaded with --module media\?\n$/);
  expect(run.stderr).toContain(`(${code})`);
  expect(JSON.parse(run.stdout)).toEqual({
    videoUploadId: "sg_nobody",
    status: null,
    error: {
      name: "ShopeeApiError",
      message: expect.stringContaining("sg_nobody"),
      code,
      requestId: emulator.requests[0]!.requestId,
    },
  });
});

test("an unknown session is known by what the error says, whatever its code", async () => {
  const emulator = await emulate({
    faults: ["get_video_upload_result:error=error_param,message=Invalid upload_id"],
  });

  const run = await runCommand(["status", "sg_1"], { cwd: await temporaryFolder(), env: environmentOf(emulator) });

  expect(await run.exit).toBe(1);
  expect(run.stderr).toMatch(/\(error_param\): was it uploaded with --module media\?\n$/);
});

test.each(["media_space", "media"] as const)(
  "a video of %s is left when it is uploaded, and waited for later",
  async (module) => {
    const cwd = await temporaryFolder();
    const emulator = await emulate({ transcodeMs: 1500 });
    const env = environmentOf(emulator);
    await sampleVideo(cwd, { name: "shoes.mp4" });

    const upload = await runCommand(["upload", "--module", module, "--until", "uploaded", "shoes.mp4"], { cwd, env });
    expect(await upload.exit).toBe(0);
    const { id } = emulator.sessions()[0]!;
    expect(upload.stdout).toContain(`shoes.mp4: UPLOADED\n  video_upload_id: ${id}\n`);
    expect(upload.stdout).toContain(`  to wait for it: shopee-media wait ${id} --module ${module}\n`);

    const waiting = await runCommand(["wait", "--module", module, id], { cwd, env });
    expect(await waiting.exit).toBe(0);
    expect(waiting.stdout).toMatch(new RegExp(`^${id}: SUCCEEDED\n  duration: 12 s`));
    // A machine that is busy may have asked too late to hear it.
    expect(waiting.stderr).toMatch(new RegExp(`^(${id}: (PROCESSING|TRANSCODING)\n)?$`));

    const program = await runCommand(["wait", "--json", "--module", module, id], { cwd, env });
    expect(JSON.parse(program.stdout)).toMatchObject({
      videoUploadId: id,
      status: "SUCCEEDED",
      videoInfo: { duration: 12 },
    });
  },
);

test("a program is told that a video is uploaded, without what is not known yet", async () => {
  const cwd = await temporaryFolder();
  const emulator = await emulate({ transcodeMs: 1500 });
  await sampleVideo(cwd, { name: "shoes.mp4" });
  const run = await runCommand(["upload", "--json", "--until", "uploaded", "shoes.mp4"], {
    cwd,
    env: environmentOf(emulator),
  });
  const told = JSON.parse(run.stdout);
  expect(told).toMatchObject({ videoUploadId: emulator.sessions()[0]!.id, status: "UPLOADED" });
  expect(told).not.toHaveProperty("videoInfo");
});

test("who waits for a video that Shopee refuses is told why, and ends in 1; so does who has no more time", async () => {
  const cwd = await temporaryFolder();
  const emulator = await emulate({ transcodeMs: 0 });
  const env = environmentOf(emulator);
  await writeFile(join(cwd, "bad.mp4"), "not a video");
  await runCommand(["upload", "--no-preflight", "--until", "uploaded", "bad.mp4"], { cwd, env });
  const refused = await runCommand(["wait", "--json", emulator.sessions()[0]!.id], { cwd, env });
  expect(await refused.exit).toBe(1);
  expect(JSON.parse(refused.stdout)).toMatchObject({ status: null, error: { name: "VideoFailedError" } });

  const late = await runCommand(["wait", "--timeout", "1", "sg_of_nobody"], { cwd, env });
  expect(await late.exit).toBe(1);
  expect(late.stderr).toContain("sg_of_nobody");
});
