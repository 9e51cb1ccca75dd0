import { createHmac } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { MediaManager } from "../../src/api/media_manager.ts";
import { type RecordedRequest, startRecordingServer } from "../support/recording_server.ts";
import { until } from "../support/settle.ts";
import { type CommandRun, environmentOf, runCommand, startCommand } from "./support/run_command.ts";
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
  expect(Object.keys(credentials)).toEqual(["partnerId", "partnerKey", "shopId", "accessToken", "refreshToken"]);
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

test("--fault, --latency, --bandwidth and --token-lifetime reach the emulator", async () => {
  const argv = ["--json", "--latency", "60", "--bandwidth", "1000", "--token-lifetime", "1"];
  const faults = ["--fault", "upload_image#1:error=error_kyc_auth", "--fault", "upload_image#2:error=shop_banned"];
  const run = startEmulatorCommand([...argv, ...faults], await temporaryFolder());
  await run.printed("\n");
  const { url, ...credentials } = JSON.parse(run.stdout);
  const media = new MediaManager({ ...credentials, baseUrl: url });
  const image = await readFile(new URL("../assets/image/ok.png", import.meta.url));
  const startedAt = performance.now();

  await expect(media.uploadImage({ image })).rejects.toMatchObject({ code: "error_kyc_auth" });
  await expect(media.uploadImage({ image })).rejects.toMatchObject({ code: "shop_banned" });
  await media.uploadImage({ image });

  const { length: bytes } = image;
  expect(performance.now() - startedAt).toBeGreaterThan(3 * 60 + bytes); // A byte takes a ms; of the last picture, at least.
  await sleep(Math.max(0, 1_100 - (performance.now() - startedAt)));
  const status = media.getVideoUploadResult({ video_upload_id: "sg_1" });
  await expect(status).rejects.toMatchObject({ code: "invalid_acceess_token" });
});

test("--push-url is told what became of a video, signed with a key that is printed", async () => {
  const receiver = await startRecordingServer(() => ({ text: "" }));
  const callbackUrl = `${receiver.url}/pushes?from=shopee`;
  const cwd = await temporaryFolder();
  const run = startEmulatorCommand(["--json", "--transcode-ms", "0", "--push-url", callbackUrl], cwd);
  await run.printed("\n");
  const { url, pushPartnerKey, ...credentials } = JSON.parse(run.stdout);

  const { path } = await sampleVideo(cwd);
  const upload = await runCommand(["upload", "--json", path], { cwd, env: environmentOf({ url, credentials }) });
  await until(() => receiver.requests.length > 0);

  const [{ headers, body }] = receiver.requests as [RecordedRequest];
  const signature = createHmac("sha256", pushPartnerKey).update(`${callbackUrl}|`).update(body).digest("hex");
  expect(headers.authorization).toBe(signature);
  const { videoUploadId } = JSON.parse(upload.stdout);
  const push = JSON.parse(new TextDecoder().decode(body));
  expect(push).toMatchObject({ code: 11, data: { video_upload_id: videoUploadId, status: "SUCCEEDED" } });
});

test("a port that is taken ends in 1", async () => {
  const cwd = await temporaryFolder();
  const first = startEmulatorCommand(["--json"], cwd);
  await first.printed("\n");
  const { port } = new URL(JSON.parse(first.stdout).url);

  const second = await runCommand(["emulator", "--port", port], { cwd });

  expect(await second.exit).toBe(1);
  expect(second.stdout).toBe("");
  expect(second.stderr).toMatch(
    new RegExp(
      `^shopee-media: Cannot listen on 127.0.0.1:${port}: address already in use, so choose another --port .*\n$`,
    ),
  );
});
