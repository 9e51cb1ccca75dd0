import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { emulate } from "../cli/support/emulate.ts";
import { environmentOf } from "../cli/support/run_command.ts";
import { sampleVideo } from "../cli/support/sample_video.ts";
import { temporaryFolder } from "../support/files.ts";
import { runExample } from "../support/start_example.ts";

test("a file is uploaded, with progress, and plays from the printed URL", async () => {
  const emulator = await emulate();
  const cwd = await temporaryFolder();
  const { bytes } = await sampleVideo(cwd, { size: 9_300_000 });

  const { exitCode, stdout, stderr } = await runExample("upload_file.ts", {
    argv: ["shoes.mp4"],
    env: environmentOf(emulator),
    cwd,
  });

  const shown = [...stderr.matchAll(/\r(\w+): (\d+) % {2}/g)].map(([, phase, percent]) => [phase, Number(percent)]);
  expect([...new Set(shown.map(([phase]) => phase))]).toEqual([
    "reading",
    "uploading",
    "completing",
    "processing",
    "done",
  ]);
  expect(shown.findLast(([phase]) => phase === "uploading")).toEqual(["uploading", 100]);
  const [session] = emulator.sessions();
  expect(stdout).toContain(`video_upload_id for v2.product.add_item: ${session!.id}\n`);
  const video = await fetch(/It plays at (\S+)/.exec(stdout)![1]!);
  expect(Buffer.compare(await video.bytes(), bytes)).toBe(0);
  expect(exitCode).toBe(0);
});

test("a file that Shopee would refuse is not sent, and the reason is told", async () => {
  const emulator = await emulate();
  const cwd = await temporaryFolder();
  await writeFile(join(cwd, "shoes.mp4"), "not a video");

  const { exitCode, stderr } = await runExample("upload_file.ts", { env: environmentOf(emulator), cwd });

  expect(stderr).toMatch(/^Cannot upload the video: .+\n$/);
  expect(emulator.requests).toEqual([]);
  expect(exitCode).toBe(1);
});

test("Shopee's refusal is told, and a file that is missing", async () => {
  const emulator = await emulate({ faults: ["init_video_upload:error=error_limit"] });
  const cwd = await temporaryFolder();

  const missing = await runExample("upload_file.ts", { argv: ["hat.mp4"], env: environmentOf(emulator), cwd });
  await sampleVideo(cwd, { name: "hat.mp4" });
  const refused = await runExample("upload_file.ts", { argv: ["hat.mp4"], env: environmentOf(emulator), cwd });

  expect(missing.stderr).toContain("hat.mp4");
  expect(missing.exitCode).toBe(1);
  expect(refused.stderr).toContain("(error_limit)");
  expect(refused.exitCode).toBe(1);
});

test("credentials that are missing are named", async () => {
  const { exitCode, stderr } = await runExample("upload_file.ts", { env: {}, cwd: await temporaryFolder() });

  expect(stderr).toContain("partnerId");
  expect(exitCode).toBe(1);
});
