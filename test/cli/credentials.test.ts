import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import type { Emulator } from "../../src/emulator/mod.ts";
import { main } from "../../src/cli/main.ts";
import { openTarget } from "../../src/cli/target.ts";
import { emulate } from "./support/emulate.ts";
import { jsonLines } from "./support/json_lines.ts";
import { fakeIo } from "./support/fake_io.ts";
import { environmentOf, runCommand, startCommand } from "./support/run_command.ts";
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
      "shopee-media: Missing credentials: set SHOPEE_PARTNER_KEY, SHOPEE_SHOP_ID, SHOPEE_ACCESS_TOKEN or " +
        "SHOPEE_REFRESH_TOKEN in the environment or in an env file, or have the shop authorise your app with " +
        `shopee-media auth${instead}\n`,
    );
  }
});

test.each([
  [{ SHOPEE_PARTNER_ID: "12e4" }, "SHOPEE_PARTNER_ID must be a whole number from 1\n"],
  [{ SHOPEE_SHOP_ID: "my shop" }, "SHOPEE_SHOP_ID must be a whole number from 1\n"],
  [{ SHOPEE_PARTNER_ID: "0" }, "SHOPEE_PARTNER_ID must be a whole number from 1\n"],
  [{ SHOPEE_SHOP_ID: "99999999999999999999" }, "SHOPEE_SHOP_ID must be a whole number from 1\n"],
  [
    { SHOPEE_BASE_URL: "", SHOPEE_REGION: "atlantis" },
    "SHOPEE_REGION must be global or china or brazil or sandbox or sandbox-china\n",
  ],
  [
    { SHOPEE_BASE_URL: "http://shopee.example" },
    "Cannot use SHOPEE_BASE_URL: The baseUrl must be https:, not http://shopee.example: http: is for loopback hosts, " +
    "or wants allowInsecureHttp (SHOPEE_ALLOW_INSECURE_HTTP=1)\n",
  ],
  [
    { SHOPEE_BASE_URL: "nonsense" },
    "Cannot use SHOPEE_BASE_URL: The baseUrl must be a URL such as https://partner.shopeemobile.com\n",
  ],
  [{ SHOPEE_ALLOW_INSECURE_HTTP: "yes" }, "SHOPEE_ALLOW_INSECURE_HTTP must be 1 or 0\n"],
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

/** With a byte order mark, Windows' ends of lines, and quotes around a key with a space. */
const WINDOWS_ENV = '\ufeffSHOPEE_PARTNER_ID=1000001\r\nSHOPEE_PARTNER_KEY="a key"\r\n' +
  "SHOPEE_SHOP_ID=600600\r\nSHOPEE_ACCESS_TOKEN=token\r\n";

test.each([["utf8"], ["utf16le"]] as const)(
  "an env file that an editor on Windows has written as %s is read",
  async (encoding) => {
    const cwd = await temporaryFolder();
    const emulator = await emulate({ partnerId: 1000001, partnerKey: "a key", shopId: 600600, accessToken: "token" });
    await sampleVideo(cwd, { name: "shoes.mp4" });
    await writeFile(join(cwd, ".env"), WINDOWS_ENV, encoding);

    const run = await runCommand(["upload", "shoes.mp4"], { cwd, env: { SHOPEE_BASE_URL: emulator.url } });

    expect(run.stderr).not.toContain("Missing credentials");
    expect(await run.exit).toBe(0);
  },
);

test("an env file that is not there is refused", async () => {
  const run = await runCommand(["status", "--env", "missing.env", "sg_1"], { cwd: await temporaryFolder() });

  expect(await run.exit).toBe(2);
  expect(run.stderr).toBe("shopee-media: Cannot read the env file missing.env: no such file or directory\n");
});

test.each([
  [
    { SHOPEE_PARTNER_KEY: "wrong" },
    "; check partnerId, partnerKey and region: live and test credentials differ",
  ],
  [{ SHOPEE_ACCESS_TOKEN: "wrong" }, "; check accessToken, which lives for 4 hours, shopId and region"],
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

  expect(run.stderr).toContain("; check accessToken, which lives for 4 hours");
});

describe("a refresh token", () => {
  /** What leads the command to an emulator by a refresh token alone, with its state kept in `cwd`. */
  function environmentFor(emulator: Emulator, cwd: string): Record<string, string> {
    const { SHOPEE_ACCESS_TOKEN: _, ...env } = environmentOf(emulator);
    const { refreshToken } = emulator.credentials;
    return { ...env, SHOPEE_REFRESH_TOKEN: refreshToken, XDG_STATE_HOME: join(cwd, "state") };
  }

  const countRefreshes = (emulator: Emulator) =>
    emulator.requests.filter(({ endpoint }) => endpoint.endsWith("access_token/get")).length;

  test("is exchanged once; what comes of it is kept for the next run, readable by its owner alone", async () => {
    const cwd = await temporaryFolder();
    const emulator = await emulate();
    const env = environmentFor(emulator, cwd);
    await sampleVideo(cwd, { name: "shoes.mp4" });

    const first = await runCommand(["upload", "--trace", "trace.jsonl", "shoes.mp4"], { cwd, env });
    expect(await first.exit).toBe(0);
    const [exchange] = jsonLines(await readFile(join(cwd, "trace.jsonl"), "utf8"));
    expect(exchange).toMatchObject({ endpoint: "/api/v2/auth/access_token/get", error: "" });
    const second = await runCommand(["upload", "shoes.mp4"], { cwd, env });
    expect(await second.exit).toBe(0);

    expect(countRefreshes(emulator)).toBe(1);
    const folder = join(cwd, "state", "shopee-media", "tokens");
    const [pair, ...others] = await readdir(folder);
    expect(others).toEqual([]);
    expect((await stat(join(folder, pair!))).mode & 0o777).toBe(0o600);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
  });

  test("serves two runs that begin at once", async () => {
    const cwd = await temporaryFolder();
    const emulator = await emulate();
    const env = environmentFor(emulator, cwd);
    await sampleVideo(cwd, { name: "shoes.mp4" });

    const runs = [1, 2].map(() => startCommand(["upload", "shoes.mp4"], { cwd, env }));

    expect(await Promise.all(runs.map(({ exit }) => exit))).toEqual([0, 0]);
    const exchanges = emulator.requests.filter(({ endpoint }) => endpoint.endsWith("access_token/get"));
    expect(exchanges.filter(({ error }) => error === "")).toHaveLength(1);
  });

  test("replaces an access token that has died in the middle of a run", async () => {
    const cwd = await temporaryFolder();
    const emulator = await emulate({ faults: ["get_video_upload_result#1:expired-token"] });
    await sampleVideo(cwd, { name: "shoes.mp4" });

    const run = await runCommand(["upload", "shoes.mp4"], { cwd, env: environmentFor(emulator, cwd) });

    expect(await run.exit).toBe(0);
    expect(countRefreshes(emulator)).toBe(2);
  });

  test("is used instead of an access token that is there, too", async () => {
    const cwd = await temporaryFolder();
    const emulator = await emulate();
    await sampleVideo(cwd, { name: "shoes.mp4" });
    const env = { ...environmentFor(emulator, cwd), SHOPEE_ACCESS_TOKEN: "that of last week" };

    const run = await runCommand(["upload", "shoes.mp4"], { cwd, env });

    expect(await run.exit).toBe(0);
  });

  test("that has been spent is told by Shopee's error, and a new one is taken up", async () => {
    const cwd = await temporaryFolder();
    const emulator = await emulate();
    const env = environmentFor(emulator, cwd);

    const spent = await runCommand(["status", "sg_1"], { cwd, env: { ...env, SHOPEE_REFRESH_TOKEN: "spent" } });
    expect(await spent.exit).toBe(1);
    expect(spent.stderr).toMatch(/^shopee-media: Cannot refresh the access token: .*the seller has to authorise/);

    const fresh = await runCommand(["status", "sg_1"], { cwd, env });
    expect(fresh.stderr).toContain("was it uploaded with --module media?"); // The call itself was let in.
  });

  test("of one host is of no use at another: each has a pair of its own", async () => {
    const cwd = await temporaryFolder();
    const emulators = [await emulate(), await emulate()];
    for (const emulator of emulators) {
      const run = await runCommand(["status", "sg_1"], { cwd, env: environmentFor(emulator, cwd) });
      expect(run.stderr).toContain("was it uploaded with --module media?");
      expect(countRefreshes(emulator)).toBe(1);
    }
  });

  test("is not needed, nor spent, where no call is made in the name of a shop", async () => {
    const cwd = await temporaryFolder();
    const emulator = await emulate();
    await sampleVideo(cwd, { name: "shoes.mp4" });

    const run = await runCommand(["upload", "--module", "media", "shoes.mp4"], {
      cwd,
      env: environmentFor(emulator, cwd),
    });

    expect(await run.exit).toBe(0);
    expect(countRefreshes(emulator)).toBe(0);
  });
});

test("no secret is ever printed", async () => {
  const cwd = await temporaryFolder();
  const emulator = await emulate();
  const { path: video } = await sampleVideo(cwd, { name: "shoes.mp4" });
  const text = join(cwd, "notes.mp4");
  await writeFile(text, "not a video");
  const image = fileURLToPath(new URL("../assets/image/ok.png", import.meta.url));
  const trace = join(cwd, "trace.jsonl");
  const right = environmentOf(emulator);
  const secrets = { SHOPEE_PARTNER_KEY: "canary-of-the-key", SHOPEE_ACCESS_TOKEN: "canary-of-the-token" };
  const refreshing = { SHOPEE_REFRESH_TOKEN: "canary-of-the-refresh-token", XDG_STATE_HOME: join(cwd, "state") };
  const environments = [
    right,
    { ...right, ...secrets },
    { ...right, SHOPEE_ACCESS_TOKEN: secrets.SHOPEE_ACCESS_TOKEN },
    { ...right, ...secrets, SHOPEE_PARTNER_ID: "canary-of-the-key" },
    { ...right, ...secrets, SHOPEE_REGION: "atlantis" },
    { ...right, ...secrets, SHOPEE_ALLOW_INSECURE_HTTP: "canary-of-the-key" },
  ];
  const calls = [
    ["upload", "--trace", trace, video, text],
    ["upload", "--json", "--no-preflight", video],
    ["upload", "--json", "--checkpoints", join(cwd, "notes"), video],
    ["status", "--json", "--trace", trace, "sg_1"],
    ["cancel", "sg_1"],
    ["image", image, text],
    ["image", "--module", "media", "--json", image],
    ["check", video, text],
  ];

  const runs = environments.flatMap((env) => calls.map((argv) => ({ env, argv })));
  // A refusal of a refresh token takes its time, in which another process might bring a pair.
  runs.push({ env: { ...right, ...refreshing }, argv: ["status", "--trace", trace, "sg_1"] });
  for (const { env, argv } of runs) {
    const io = fakeIo();
    await main(argv, { ...io, env });
    const printed = io.printed("stdout") + io.printed("stderr");
    expect(printed).not.toBe("");
    const traced = await readFile(trace, "utf8");
    for (const secret of ["canary", right.SHOPEE_PARTNER_KEY!, right.SHOPEE_ACCESS_TOKEN!, "sign="]) {
      expect(printed + traced).not.toContain(secret);
    }
  }
});
