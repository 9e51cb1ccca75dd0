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
import { temporaryFolder } from "../support/files.ts";

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
  await run.printed("SHOPEE_REFRESH_TOKEN");
  expect(run.stderr).toMatch(/^A local Shopee listens on http:\/\/127\.0\.0\.1:\d+ /);
  await writeFile(join(cwd, "local.env"), run.stdout);
  await sampleVideo(cwd, { name: "shoes.mp4" });

  // What comes of a refresh token is kept, and who runs this may have no home.
  const env = { XDG_STATE_HOME: join(cwd, "state") };
  const upload = await runCommand(["upload", "--env", "local.env", "shoes.mp4"], { cwd, env });

  expect([await upload.exit, upload.stderr]).toEqual([0, expect.any(String)]);
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

test.each([[[], "product.error_param"], [["--dialect", "reference"], "error_invalid_upload_id"]])(
  "with %j an unknown id is %s, and stderr tells why a request was refused",
  async (argv, code) => {
    const run = startEmulatorCommand(["--json", ...argv], await temporaryFolder());
    await run.printed("\n");
    const { url, ...credentials } = JSON.parse(run.stdout);
    const media = new MediaManager({ ...credentials, baseUrl: url });
    await expect(media.getVideoUploadResult({ video_upload_id: "sg_1" })).rejects.toMatchObject({ code });

    const wrong = new MediaManager({ ...credentials, baseUrl: url, partnerKey: "another key" });
    await expect(wrong.getVideoUploadResult({ video_upload_id: "sg_1" })).rejects.toMatchObject({ code: "error_sign" });
    await until(() => run.stderr.includes("HMAC-SHA256"));
    expect(run.stderr).toMatch(
      /^GET \/api\/v2\/media_space\/get_video_upload_result was refused \(\S+\): There is no such /,
    );
    expect(run.stderr).toMatch(/ of \d+\/api\/v2\/media_space\/get_video_upload_result\d+<access_token>\d+\n$/);
    expect(run.stderr).not.toContain(credentials.accessToken);
  },
);

test("--daily-limit, --session-ttl-ms and --vid-delay-ms reach the emulator", async () => {
  const argv = ["--json", "--daily-limit", "4", "--session-ttl-ms", "1", "--vid-delay-ms", "1"];
  const run = startEmulatorCommand(argv, await temporaryFolder());
  await run.printed("\n");
  const { url, ...credentials } = JSON.parse(run.stdout);
  const media = new MediaManager({ ...credentials, baseUrl: url, retry: { limit: 0 } });
  const { response } = await media.initVideoUpload({ file_md5: "a".repeat(32), file_size: 1 });
  const isExpired = async () => (await (await fetch(`${url}/emulator/sessions`)).json())[0].expired;
  while (!await isExpired());
  for (let time = 0; time < 3; time++) {
    await expect(media.getVideoUploadResult(response)).rejects.toMatchObject({ code: "product.error_param" });
  }
  await expect(media.getVideoUploadResult(response)).rejects.toMatchObject({ code: "error_limit" });
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

test("--user-id makes a user of Shopee Video, whose token is printed and signs calls of the User type", async () => {
  const run = startEmulatorCommand(["--json", "--user-id", "5"], await temporaryFolder());
  await run.printed("\n");
  const { url: baseUrl, partnerId, partnerKey, userId, userAccessToken: accessToken } = JSON.parse(run.stdout);
  expect(userId).toBe(5);
  const media = new MediaManager({ partnerId, partnerKey, userId, accessToken, baseUrl });
  const request = { method: "POST", path: "/api/v2/video/post_video", auth: "user" } as const;
  const { response } = await media.call({ ...request, body: { video_upload_id_list: ["sg_1"] } });
  expect(response).toMatchObject({ success_list: [], failure_list: [{ fail_video_upload_id: "sg_1" }] });
});
