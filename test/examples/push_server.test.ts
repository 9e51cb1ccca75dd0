import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import type { Emulator } from "../../src/emulator/mod.ts";
import { emulate } from "../cli/support/emulate.ts";
import { environmentOf } from "../cli/support/run_command.ts";
import { sampleVideo } from "../cli/support/sample_video.ts";
import { temporaryFolder } from "../support/files.ts";
import { until } from "../support/settle.ts";
import { completeMedia, sendMedia } from "../emulator/upload_raw.ts";
import { startExample } from "../support/start_example.ts";

const CALLBACK_URL = "https://shop.example/shopee/pushes";

async function start(given?: Emulator) {
  const cwd = await temporaryFolder();
  const emulator = given ?? await emulate({ push: { callbackUrl: CALLBACK_URL, fetch: passOn } });
  const server = startExample("push_server.ts", {
    env: {
      ...environmentOf(emulator),
      SHOPEE_PUSH_PARTNER_KEY: emulator.credentials.pushPartnerKey,
      SHOPEE_PUSH_CALLBACK_URL: CALLBACK_URL,
      PORT: "0",
    },
    cwd,
  });
  const [, url] = await server.printed(/Send videos to (\S+)\/videos/);
  const send = (body: BodyInit) => fetch(`${url}/videos`, { method: "PUT", body });
  return { emulator, server, url, send, cwd };

  /** The reverse proxy in front of the server, which knows another URL than the console does. */
  async function passOn(request: Request): Promise<Response> {
    return await fetch(`${url}/shopee/pushes`, {
      method: "POST",
      headers: request.headers,
      body: await request.arrayBuffer(),
    });
  }
}

/** The calls but those by which the server asks for what it missed. */
function callsOfMedia({ requests }: Emulator): (string | undefined)[] {
  return requests.map(({ endpoint }) => endpoint.split("/").slice(-2)).filter(([module]) => module !== "push").map(
    ([, name]) => name,
  );
}

test("an upload ends with Shopee's push, and does not ask", async () => {
  const { emulator, server, send, cwd } = await start();
  const { path } = await sampleVideo(cwd);

  const response = await send(await readFile(path));

  const [session] = emulator.sessions();
  expect(response.status).toBe(201);
  expect(await response.json()).toEqual({
    videoUploadId: session!.id,
    urls: [expect.objectContaining({ video_url: expect.stringContaining(session!.id) })],
  });
  await server.printed(new RegExp(`^Shopee says of ${session!.id}: SUCCEEDED$`, "m"));
  expect(callsOfMedia(emulator)).toEqual(["init_video_upload", "upload_video_part", "complete_video_upload"]);
  await until(() => emulator.pushes.list()[0]?.state === "delivered");
});

test("a push about a video that Shopee will not have ends the upload with its reason", async () => {
  const { server, send } = await start();

  const response = await send("not a video");

  expect(response.status).toBe(422);
  expect(await response.json()).toEqual({ error: expect.stringMatching(/^Cannot use the video .+ \(FAILED\)$/) });
  await server.printed(/^Shopee says of \S+: FAILED$/m);
});

test("the console's test request is welcome, and a forged push is not", async () => {
  const { emulator, url, server } = await start();
  const forged = { method: "POST", headers: { authorization: "0".repeat(64) }, body: '{"code":11,"data":{}}' };

  expect(await emulator.pushes.sendTest()).toBe(200);
  expect((await fetch(`${url}/shopee/pushes`, forged)).status).toBe(401);
  expect(server.stdout).not.toContain("Shopee says");
});

test("what came while the server was down is told when it starts", async () => {
  const emulator = await emulate({
    faults: ["push:drop"],
    push: { callbackUrl: CALLBACK_URL, pushPartnerKey: "5a6b7c8d9e0f" },
  });
  const id = await sendMedia(emulator, new TextEncoder().encode("not a video"));
  await completeMedia(emulator, id);
  await until(() => emulator.pushes.list()[0]?.state === "lost");

  const { server } = await start(emulator);

  await server.printed(new RegExp(`^Shopee says of ${id}: FAILED$`, "m"));
  await until(() => emulator.requests.at(-1)?.endpoint.endsWith("/confirm_consumed_lost_push_message") ?? false);
});

test("an empty upload is refused, and not a call made", async () => {
  const { emulator, send } = await start();

  const response = await send("");

  expect(response.status).toBe(400);
  expect(callsOfMedia(emulator)).toEqual([]);
});
