import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Emulator } from "../../src/emulator/mod.ts";
import { md5 } from "../support/bytes.ts";
import { until } from "../support/settle.ts";
import { emulate } from "./support/emulate.ts";
import { jsonLines } from "./support/json_lines.ts";
import { type CommandRun, environmentOf, runCommand, startCommand } from "./support/run_command.ts";
import { sampleVideo } from "./support/sample_video.ts";
import { temporaryFolder } from "../support/files.ts";

const PART_SIZE = 100_000;
const SIZE = 350_000; // Four parts, the last one shorter.
const UPLOAD = ["upload", "--json", "--module", "media", "--concurrency", "1", "shoes.mp4"];

/** Requests that Shopee has answered with success. */
function countDone(emulator: Emulator, name: string): number {
  return emulator.requests.filter(({ endpoint, status, error }) => endpoint.endsWith(name) && status === 200 && !error)
    .length;
}

/** Starts an upload that Shopee lets stand still at the n-th call of an endpoint, and waits until it does. */
async function startAndStall(
  argv: string[],
  options: { emulator: Emulator; call: string; cwd: string; env?: Record<string, string> },
): Promise<CommandRun> {
  const { emulator, call, cwd } = options;
  const fault = emulator.faults.add(`${call}:stall-before`);
  const run = startCommand(argv, { cwd, env: { ...environmentOf(emulator), ...options.env } });
  await until(() => emulator.faults.list().some(({ id, fired }) => id === fault && fired > 0));
  return run;
}

async function killAt(call: string, options: { emulator: Emulator; argv: string[]; cwd: string }): Promise<void> {
  const run = await startAndStall(options.argv, { ...options, call });
  run.kill("SIGKILL");
  expect(await run.exit).toBe("SIGKILL");
  options.emulator.faults.clear();
}

test.each([1, 2, 3, 4])("killed in part %i, the next run sends only what was not acknowledged", async (part) => {
  const cwd = await temporaryFolder();
  const emulator = await emulate({ mediaPartSize: PART_SIZE });
  const { bytes } = await sampleVideo(cwd, { size: SIZE });
  const argv = [...UPLOAD, "--checkpoints", "notes"];

  await killAt(`upload_video_part#${part}`, { emulator, argv, cwd });
  expect(countDone(emulator, "upload_video_part")).toBe(part - 1);
  const run = await runCommand(argv, { cwd, env: environmentOf(emulator) });

  expect(await run.exit).toBe(0);
  expect(countDone(emulator, "upload_video_part")).toBe(4);
  expect(countDone(emulator, "init_video_upload")).toBe(1);
  const [session] = emulator.sessions();
  expect(jsonLines(run.stdout)).toMatchObject([{ videoUploadId: session!.id, status: "SUCCEEDED", md5: md5(bytes) }]);
  expect(md5(await emulator.content(session!.id))).toBe(md5(bytes));
  expect(await readdir(join(cwd, "notes"))).toEqual([]);
});

test("a human reads how much had been sent before", async () => {
  const cwd = await temporaryFolder();
  const emulator = await emulate({ mediaPartSize: PART_SIZE });
  await sampleVideo(cwd, { size: SIZE });
  const argv = [...UPLOAD.filter((word) => word !== "--json"), "--checkpoints", "notes"];

  await killAt("upload_video_part#3", { emulator, argv, cwd });
  const resumed = await runCommand(argv, { cwd, env: environmentOf(emulator) });
  expect(resumed.stdout).toContain("  resumed: 200000 bytes had been sent by an earlier run\n");

  const fresh = await runCommand(argv, { cwd, env: environmentOf(emulator) });
  expect(await fresh.exit).toBe(0);
  expect(fresh.stdout).not.toContain("resumed");
});

test("killed while it completes a product video, the next run sends no part at all", async () => {
  const cwd = await temporaryFolder();
  const emulator = await emulate();
  await sampleVideo(cwd, { name: "shoes.mp4", size: 5_000_000 });
  const argv = ["upload", "--json", "--checkpoints", "notes", "shoes.mp4"];

  await killAt("complete_video_upload", { emulator, argv, cwd });
  const run = await runCommand(argv, { cwd, env: environmentOf(emulator) });

  expect(await run.exit).toBe(0);
  expect(countDone(emulator, "upload_video_part")).toBe(2);
  expect(emulator.sessions().map(({ status }) => status)).toEqual(["SUCCEEDED"]);
});

test("a file that has changed since is sent from its beginning, and its old session cancelled", async () => {
  const cwd = await temporaryFolder();
  const emulator = await emulate({ mediaPartSize: PART_SIZE });
  const { path, bytes } = await sampleVideo(cwd, { size: SIZE });
  const argv = [...UPLOAD, "--checkpoints", "notes"];
  await killAt("upload_video_part#4", { emulator, argv, cwd });

  bytes[2.5 * PART_SIZE] = 1; // After two parts that are the same.
  await writeFile(path, bytes);
  const run = await runCommand(argv, { cwd, env: environmentOf(emulator) });

  expect(await run.exit).toBe(0);
  const [old, fresh] = emulator.sessions();
  expect([old!.status, fresh!.status]).toEqual(["CANCELLED", "SUCCEEDED"]);
  expect(md5(await emulator.content(fresh!.id))).toBe(md5(bytes));
  expect(await readdir(join(cwd, "notes"))).toEqual([]);
});

test("a Ctrl-C with --resume keeps the session, tells how to go on, and ends in 130", async () => {
  const cwd = await temporaryFolder();
  const emulator = await emulate({ mediaPartSize: PART_SIZE });
  await sampleVideo(cwd, { name: "shoes.mp4", size: SIZE });
  const argv = [...UPLOAD, "--resume"];
  const env = { XDG_STATE_HOME: join(cwd, "state") };

  const run = await startAndStall(argv, { emulator, call: "upload_video_part#3", cwd, env });
  run.kill("SIGINT");

  expect(await run.exit).toBe(130);
  expect(jsonLines(run.stdout)).toMatchObject([{
    file: "shoes.mp4",
    resumable: true,
    error: { message: "Interrupted" },
  }]);
  expect(run.stderr).toContain("Interrupted: keeping the sessions at Shopee.");
  expect(run.stderr).toContain("To go on, run the same command again: it sends only what is missing\n");
  expect(emulator.sessions()).toMatchObject([{ status: "UPLOADING" }]);
  const notes = join(env.XDG_STATE_HOME, "shopee-media", "checkpoints");
  const [note] = await readdir(notes);
  const text = await readFile(join(notes, note!), "utf8");
  expect(text).toContain(emulator.sessions()[0]!.id);
  for (const secret of [emulator.credentials.partnerKey, emulator.credentials.accessToken]) {
    expect(text + run.stdout + run.stderr).not.toContain(secret);
  }

  emulator.faults.clear();
  const second = await runCommand(argv, { cwd, env: { ...environmentOf(emulator), ...env } });
  expect(await second.exit).toBe(0);
  expect(countDone(emulator, "upload_video_part")).toBe(4);
  expect(emulator.sessions()).toMatchObject([{ status: "SUCCEEDED" }]);
});

test("without --resume nothing is kept", async () => {
  const cwd = await temporaryFolder();
  const emulator = await emulate({ mediaPartSize: PART_SIZE });
  await sampleVideo(cwd, { name: "shoes.mp4", size: SIZE });
  const env = { XDG_STATE_HOME: join(cwd, "state") };

  const run = await startAndStall(UPLOAD, { emulator, call: "upload_video_part#3", cwd, env });
  run.kill("SIGINT");

  expect(await run.exit).toBe(130);
  expect(jsonLines(run.stdout)[0]).not.toHaveProperty("resumable");
  expect(run.stderr).not.toContain("To go on");
  expect(emulator.sessions()).toMatchObject([{ status: "CANCELLED" }]);
  expect(await readdir(cwd)).toEqual(["shoes.mp4"]);
});

test("what Shopee will not have is not there to be resumed", async () => {
  const cwd = await temporaryFolder();
  const emulator = await emulate();
  await writeFile(join(cwd, "notes.mp4"), "not a video");

  const argv = ["upload", "--json", "--no-preflight", "--checkpoints", "notes", "notes.mp4"];
  const run = await runCommand(argv, { cwd, env: environmentOf(emulator) });

  expect(await run.exit).toBe(1);
  expect(jsonLines(run.stdout)).toMatchObject([{ status: "FAILED", resumable: false }]);
  expect(run.stderr).not.toContain("To go on");
});
