import { execFile, spawnSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { getAuthorizationUrl } from "../../mod.ts";
import type { CreateEmulatorOptions } from "../../src/emulator/mod.ts";
import { emulate } from "../cli/support/emulate.ts";
import { environmentOf, runCommand } from "../cli/support/run_command.ts";
import { sampleVideo } from "../cli/support/sample_video.ts";
import { pngOf } from "../emulator/png_of.ts";
import { temporaryFolder } from "../support/files.ts";
import { runtime } from "../support/runtime.ts";
import { startExample } from "../support/start_example.ts";

const CALLBACK_URL = "https://erp.example/shopee/pushes";
const ITEM = {
  item_name: "Red shoes",
  description: "They are red.",
  original_price: 12.5,
  category_id: 100_001,
  item_sku: "RED-1",
};

async function start(options: CreateEmulatorOptions = {}) {
  const cwd = await temporaryFolder();
  const emulator = await emulate({ push: { callbackUrl: CALLBACK_URL, fetch: passOn }, ...options });
  const { SHOPEE_ACCESS_TOKEN: _, ...env } = environmentOf(emulator); // The road begins without one.
  const server = startExample("whole_road.ts", {
    env: {
      ...env,
      SHOPEE_PUSH_PARTNER_KEY: emulator.credentials.pushPartnerKey,
      SHOPEE_PUSH_CALLBACK_URL: CALLBACK_URL,
      ATTACH_AFTER: "20",
      PORT: "0",
    },
    cwd,
  });
  const [, url] = await server.printed(/Open (\S+)\/authorise/);
  const { path } = await sampleVideo(cwd);
  const form = new FormData();
  form.set("video", new Blob([await readFile(path)]), "shoes.mp4");
  form.append("picture", pngOf(200, 200), "front.png");
  form.append("picture", pngOf(300, 200), "back.png");
  form.set("item", JSON.stringify(ITEM));
  const { shopId } = emulator.credentials;
  const send = () => fetch(`${url}/shops/${shopId}/products`, { method: "POST", body: form });
  return { emulator, server, url, send, shopId };

  /** The reverse proxy in front of the server, which knows another URL than the console does. */
  async function passOn(request: Request): Promise<Response> {
    const { headers } = request;
    return await fetch(`${url}/shopee/pushes`, { method: "POST", headers, body: await request.arrayBuffer() });
  }
}

test("a seller authorises, a product comes in and is answered at once, and becomes an item with its video", async () => {
  const { emulator, server, url, send, shopId } = await start({ transcodeMs: 200 });
  expect(await (await fetch(`${url}/authorise`)).text()).toBe(`Connected: [{"shopId":${shopId}}]`);

  const answer = await send();
  expect(answer.status).toBe(202);
  const { videoUploadId } = await answer.json();
  expect(emulator.items()).toEqual([]);

  await server.printed(/^The item RED-1 has its video\.$/m);
  expect(emulator.items()).toMatchObject([{ sku: "RED-1", name: "Red shoes", videoUploadId }]);
  expect(emulator.items()[0]!.imageIds).toHaveLength(2);
  expect(emulator.requests.filter(({ endpoint }) => endpoint.endsWith("get_video_upload_result"))).toEqual([]);
  expect(server.stderr).toBe("");
});

describe("an item is made once", () => {
  test.each(["truncated", "not-attachable", "not-attachable,after", "error=error_server,after"])(
    "when the first answer is %s",
    async (fault) => {
      const { emulator, server, url, send } = await start({ faults: [`product/add_item#1:${fault}`] });
      await fetch(`${url}/authorise`);
      expect((await send()).status).toBe(202);
      await server.printed(/^The item RED-1 has its video\.$/m);
      expect(emulator.items()).toHaveLength(1);
    },
  );
});

test("who was not sent to authorise is not let in, and a shop that has not authorised is told so", async () => {
  const { emulator, url, send } = await start();
  const stray = await fetch(`${url}/authorised?code=abc&shop_id=1&state=other`);
  expect([stray.status, await stray.text()]).toEqual([400, "Begin at /authorise"]);
  const refused = await send();
  expect(refused.status).toBe(400);
  expect(JSON.stringify(await refused.json())).toContain("Cannot refresh the access token: the store has none");
  expect(emulator.sessions()).toEqual([]);
});

// What it needs besides Node is not on every machine.
const canRun = runtime === "node" && spawnSync("jq", ["--version"]).status === 0;
test.runIf(canRun)(
  "the same in a shell: authorise, upload, wait, make",
  async () => {
    const cwd = await temporaryFolder();
    const emulator = await emulate();
    const { SHOPEE_ACCESS_TOKEN: _, ...environment } = environmentOf(emulator);
    const env = { ...environment, XDG_STATE_HOME: cwd };
    const { partnerId, shopId } = emulator.credentials;
    const redirectUrl = "https://erp.example/back";
    const link = await getAuthorizationUrl({ partnerId, baseUrl: emulator.url, redirectUrl });
    const address = (await fetch(link, { redirect: "manual" })).headers.get("location")!;
    expect(await (await runCommand(["auth", address], { cwd, env })).exit).toBe(0);
    expect(shopId).toBe(Number(new URL(address).searchParams.get("shop_id")));

    const { path } = await sampleVideo(cwd);
    await writeFile(join(cwd, "front.png"), await pngOf(200, 200).bytes());
    // `npx` would look for the package: here it is the source.
    const command = fileURLToPath(new URL("../../src/cli/bin.ts", import.meta.url));
    await writeFile(join(cwd, "npx"), `#!/bin/sh\nshift\nexec "${process.execPath}" "${command}" "$@"\n`, {
      mode: 0o755,
    });
    const script = fileURLToPath(new URL("../../examples/whole_road.sh", import.meta.url));
    const run = () =>
      promisify(execFile)("sh", [script, path, "front.png", "RED-1"], {
        cwd,
        env: { ...process.env, ...env, PATH: `${cwd}:${process.env.PATH}`, ATTACH_AFTER: "0" },
      });
    const { stdout } = await run();
    const [item] = emulator.items();
    expect(emulator.items()).toHaveLength(1);
    expect(item).toMatchObject({ sku: "RED-1", videoUploadId: emulator.sessions()[0]!.id });
    expect(stdout.trim().split("\n").at(-1)).toBe(String(item!.itemId));
  },
);
