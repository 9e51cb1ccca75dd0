import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { MediaManager } from "../../src/api/media_manager.ts";
import { type CommandRun, runCommand, startCommand } from "./support/run_command.ts";
import { sampleVideo } from "./support/sample_video.ts";
import { temporaryFolder } from "./support/temporary_folder.ts";

function startEmulatorCommand(argv: string[], cwd: string): CommandRun {
  const run = startCommand(["emulator", ...argv], { cwd });
  onTestFinished(async () => {
    run.kill("SIGINT");
    await run.exit;
  });
  return run;
}

test("prints one line of JSON when it is ready, serves, and ends with 130", async () => {
  const run = startEmulatorCommand(["--port", "0", "--json", "--part-size", "1234567"], await temporaryFolder());
  await run.printed("\n");

  expect(run.stdout.trimEnd().split("\n")).toHaveLength(1);
  const { url, ...credentials } = JSON.parse(run.stdout);
  expect(Object.keys(credentials)).toEqual(["partnerId", "partnerKey", "shopId", "accessToken"]);
  const media = new MediaManager({ ...credentials, baseUrl: url });
  const params = { business: 3, scene: 1, file_name: "a.mp4", file_size: 3, duration: 12 };
  expect((await media.initMediaVideoUpload(params)).response.part_size).toBe(1_234_567);

  run.kill("SIGINT");
  expect(await run.exit).toBe(130);
  expect(run.stderr).toBe("");
});

test("what it prints for a human is an env file that works", async () => {
  const cwd = await temporaryFolder();
  const run = startEmulatorCommand(["--transcode-ms", "0"], cwd);
  await run.printed("SHOPEE_ACCESS_TOKEN");
  expect(run.stderr).toMatch(/^A local Shopee listens on http:\/\/127\.0\.0\.1:\d+ /);
  await writeFile(join(cwd, "local.env"), run.stdout);
  await sampleVideo(cwd, { name: "shoes.mp4" });

  const upload = await runCommand(["upload", "--env", "local.env", "shoes.mp4"], { cwd });

  expect(await upload.exit).toBe(0);
  run.kill("SIGTERM");
  expect(await run.exit).toBe(130);
});

test("a port that is taken ends in 1", async () => {
  const cwd = await temporaryFolder();
  const first = startEmulatorCommand(["--json"], cwd);
  await first.printed("\n");
  const { port } = new URL(JSON.parse(first.stdout).url);

  const second = await runCommand(["emulator", "--port", port], { cwd });

  expect(await second.exit).toBe(1);
  expect(second.stdout).toBe("");
  expect(second.stderr).toMatch(/^shopee-media: .*EADDRINUSE.*\n$/);
});
