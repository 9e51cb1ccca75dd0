import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { main } from "../../src/cli/main.ts";
import { openTarget } from "../../src/cli/target.ts";
import { emulate } from "./support/emulate.ts";
import { fakeIo } from "./support/fake_io.ts";
import { environmentOf, runCommand } from "./support/run_command.ts";
import { sampleVideo } from "./support/sample_video.ts";
import { temporaryFolder } from "../support/files.ts";

function envFile(variables: Record<string, string>): string {
  return Object.entries(variables).map(([name, value]) => `export ${name}="${value}"\n`).join("");
}

test("every missing credential is named", async () => {
  const cwd = await temporaryFolder();
  const env = { SHOPEE_PARTNER_ID: "1", SHOPEE_ACCESS_TOKEN: "" };

  for (const argv of [["upload", "shoes.mp4"], ["status", "sg_1"], ["cancel", "sg_1"]]) {
    const run = await runCommand(argv, { cwd, env });
    expect(await run.exit).toBe(2);
    expect(run.stdout).toBe("");
    const instead = argv[0] === "upload" ? ", or try it without any with --emulator" : "";
    expect(run.stderr).toBe(
      "shopee-media: Missing credentials: set SHOPEE_PARTNER_KEY, SHOPEE_SHOP_ID, SHOPEE_ACCESS_TOKEN " +
        `in the environment or in an env file${instead}\n`,
    );
  }
});

test.each([
  [{ SHOPEE_PARTNER_ID: "12e4" }, "SHOPEE_PARTNER_ID must be a number"],
  [{ SHOPEE_SHOP_ID: "my shop" }, "SHOPEE_SHOP_ID must be a number"],
  [{ SHOPEE_PARTNER_ID: "0" }, "SHOPEE_PARTNER_ID must be a whole number from 1, not 0"],
  [{ SHOPEE_SHOP_ID: "0" }, "SHOPEE_SHOP_ID must be a whole number from 1, not 0"],
  [
    { SHOPEE_BASE_URL: "", SHOPEE_REGION: "atlantis" },
    'SHOPEE_REGION must be one of global, china, brazil, sandbox, sandbox-china, not "atlantis"',
  ],
  [
    { SHOPEE_BASE_URL: "http://shopee.example" },
    "SHOPEE_BASE_URL must be https:, not http://shopee.example: http: is for loopback hosts, " +
    "or wants SHOPEE_ALLOW_INSECURE_HTTP=1",
  ],
  [{ SHOPEE_BASE_URL: "nonsense" }, "SHOPEE_BASE_URL must be a URL such as https://partner.shopeemobile.com"],
  [{ SHOPEE_ALLOW_INSECURE_HTTP: "yes" }, "SHOPEE_ALLOW_INSECURE_HTTP must be 1 or 0"],
])("%o is refused", async (wrong, message) => {
  const cwd = await temporaryFolder();
  const credentials = { partnerId: 1, partnerKey: "key", shopId: 2, accessToken: "token" };
  const env = { ...environmentOf({ url: "http://127.0.0.1:9", credentials }), ...wrong };

  const run = await runCommand(["status", "sg_1"], { cwd, env });

  expect(await run.exit).toBe(2);
  expect(run.stderr).toContain(message);
});

test("SHOPEE_ALLOW_INSECURE_HTTP=1 allows a network of one's own", async () => {
  const environment = { SHOPEE_PARTNER_ID: "1", SHOPEE_PARTNER_KEY: "key", SHOPEE_BASE_URL: "http://shopee.example" };
  const open = async (SHOPEE_ALLOW_INSECURE_HTTP?: string) => {
    const io = { ...fakeIo(), env: { ...environment, SHOPEE_ALLOW_INSECURE_HTTP } };
    const context = { io, signal: new AbortController().signal, exitCode: 0 };
    await openTarget({ context, forShop: false, canEmulate: false });
  };

  await expect(open()).rejects.toThrow("must be https:");
  await expect(open("0")).rejects.toThrow("must be https:");
  await open("1");
});

test("credentials come from .env, from a named env file, and first of all from the environment", async () => {
  const cwd = await temporaryFolder();
  const emulator = await emulate();
  await sampleVideo(cwd, { name: "shoes.mp4" });
  const right = environmentOf(emulator);
  await writeFile(join(cwd, ".env"), envFile(right));
  await writeFile(join(cwd, "wrong.env"), envFile({ ...right, SHOPEE_PARTNER_KEY: "wrong" }));

  const fromDefault = await runCommand(["upload", "shoes.mp4"], { cwd });
  expect(await fromDefault.exit).toBe(0);

  const fromNamed = await runCommand(["upload", "--env", "wrong.env", "shoes.mp4"], { cwd });
  expect(await fromNamed.exit).toBe(1);
  expect(fromNamed.stderr).toContain("error_sign");

  const env = { SHOPEE_PARTNER_KEY: right.SHOPEE_PARTNER_KEY! };
  const fromEnvironment = await runCommand(["upload", "--env", "wrong.env", "shoes.mp4"], { cwd, env });
  expect(await fromEnvironment.exit).toBe(0);
});

test("an env file that is not there is refused", async () => {
  const run = await runCommand(["status", "--env", "missing.env", "sg_1"], { cwd: await temporaryFolder() });

  expect(await run.exit).toBe(2);
  expect(run.stderr).toBe("shopee-media: Cannot read the env file missing.env: no such file or directory\n");
});

test.each([
  [{ SHOPEE_PARTNER_KEY: "wrong" }, "(error_sign): check SHOPEE_PARTNER_KEY and SHOPEE_REGION"],
  [{ SHOPEE_ACCESS_TOKEN: "wrong" }, "(error_auth): SHOPEE_ACCESS_TOKEN has expired or belongs to another shop"],
])("Shopee's answer to %j comes with advice", async (wrong, message) => {
  const emulator = await emulate();

  const run = await runCommand(["status", "sg_1"], {
    cwd: await temporaryFolder(),
    env: { ...environmentOf(emulator), ...wrong },
  });

  expect(await run.exit).toBe(1);
  expect(run.stderr).toContain(message);
});

test("a token that has expired comes with advice", async () => {
  const emulator = await emulate({ faults: ["get_video_upload_result:expired-token"] });

  const run = await runCommand(["status", "sg_1"], { cwd: await temporaryFolder(), env: environmentOf(emulator) });

  expect(run.stderr).toContain("(invalid_acceess_token): SHOPEE_ACCESS_TOKEN has expired or belongs to another shop\n");
});

test("no secret is ever printed", async () => {
  const cwd = await temporaryFolder();
  const emulator = await emulate();
  const { path: video } = await sampleVideo(cwd, { name: "shoes.mp4" });
  const text = join(cwd, "notes.mp4");
  await writeFile(text, "not a video");
  const image = fileURLToPath(new URL("../assets/image/ok.png", import.meta.url));
  const right = environmentOf(emulator);
  const secrets = { SHOPEE_PARTNER_KEY: "canary-of-the-key", SHOPEE_ACCESS_TOKEN: "canary-of-the-token" };
  const environments = [
    right,
    { ...right, ...secrets },
    { ...right, SHOPEE_ACCESS_TOKEN: secrets.SHOPEE_ACCESS_TOKEN },
    { ...right, ...secrets, SHOPEE_PARTNER_ID: "canary-of-the-key" },
    { ...right, ...secrets, SHOPEE_REGION: "atlantis" },
    { ...right, ...secrets, SHOPEE_ALLOW_INSECURE_HTTP: "canary-of-the-key" },
  ];
  const calls = [
    ["upload", video, text],
    ["upload", "--json", "--no-preflight", video],
    ["upload", "--json", "--checkpoints", join(cwd, "notes"), video],
    ["status", "--json", "sg_1"],
    ["cancel", "sg_1"],
    ["image", image, text],
    ["image", "--module", "media", "--json", image],
    ["check", video, text],
  ];

  for (const env of environments) {
    for (const argv of calls) {
      const io = fakeIo();
      await main(argv, { ...io, env });
      const printed = io.printed("stdout") + io.printed("stderr");
      expect(printed).not.toBe("");
      for (const secret of ["canary", right.SHOPEE_PARTNER_KEY!, right.SHOPEE_ACCESS_TOKEN!, "sign="]) {
        expect(printed).not.toContain(secret);
      }
    }
  }
});
