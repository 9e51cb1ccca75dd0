import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Emulator } from "../../src/emulator/mod.ts";
import { temporaryFolder } from "../support/files.ts";
import { emulate } from "./support/emulate.ts";
import { jsonLines } from "./support/json_lines.ts";
import { type CommandRun, environmentOf, runCommand, startCommand } from "./support/run_command.ts";
import { sampleVideo } from "./support/sample_video.ts";

const BACK = "http://localhost/back";
const ASKED = "paste the address that the browser ends at:";

/** What leads the command to an emulator, with no token, and its state kept in `cwd`. */
function environmentFor(emulator: Emulator, cwd: string): Record<string, string> {
  const { SHOPEE_ACCESS_TOKEN: _, SHOPEE_SHOP_ID: __, ...env } = environmentOf(emulator);
  return { ...env, XDG_STATE_HOME: join(cwd, "state") };
}

/** What the seller's browser does. */
async function follow(link: string): Promise<string> {
  return (await fetch(link, { redirect: "manual" })).headers.get("Location") ?? "";
}

function expectNoSecret({ stdout, stderr }: CommandRun, emulator: Emulator): void {
  const { partnerKey, accessToken, refreshToken } = emulator.credentials;
  for (const secret of [partnerKey, accessToken, refreshToken]) expect(stdout + stderr).not.toContain(secret);
}

test.each([[[]], [["--link", "signed"]]])(
  "with %j it prints the link, takes the address, and keeps the tokens for the other commands",
  async (argv) => {
    const cwd = await temporaryFolder();
    const emulator = await emulate();
    const env = environmentFor(emulator, cwd);
    const { shopId } = emulator.credentials;

    const run = startCommand(["auth", "--redirect", BACK, ...argv], { cwd, env });
    await run.printed(ASKED);
    run.stdin.write(`\n ${await follow(run.stdout.trim())} \n`);
    expect(await run.exit).toBe(0);
    expect(run.stdout.split("\n")[1]).toBe(`Shop ${shopId} has authorised the app: set SHOPEE_SHOP_ID=${shopId}`);
    expectNoSecret(run, emulator);
    const folder = join(cwd, "state", "shopee-media", "tokens");
    const [pair, ...others] = await readdir(folder);
    expect(others).toEqual([]);
    expect((await stat(join(folder, pair!))).mode & 0o777).toBe(0o600);

    await sampleVideo(cwd, { name: "shoes.mp4" });
    const upload = () => runCommand(["upload", "shoes.mp4"], { cwd, env: { ...env, SHOPEE_SHOP_ID: `${shopId}` } });
    const first = await upload();
    expect([await first.exit, first.stderr]).toEqual([0, expect.any(String)]);
    emulator.expireToken();
    const second = await upload();
    expect([await second.exit, second.stderr]).toEqual([0, expect.any(String)]);
    expectNoSecret(second, emulator);
    expect(emulator.requests.filter(({ endpoint }) => endpoint.endsWith("access_token/get"))).toHaveLength(1);
  },
);

test("a main account authorises for all its shops, told as JSON, and the tokens of each are kept", async () => {
  const cwd = await temporaryFolder();
  const mainAccount = { mainAccountId: 5, merchantIds: [3], userIds: [4] };
  const emulator = await emulate({ shops: [{ shopId: 1 }, { shopId: 2 }], mainAccount });
  const env = environmentFor(emulator, cwd);

  const run = startCommand(["auth", "--redirect", BACK, "--json"], { cwd, env });
  await run.printed(ASKED);
  const [{ link }] = jsonLines(run.stdout) as [{ link: string }];
  run.stdin.write(`${await follow(link)}\n`);
  expect(await run.exit).toBe(0);
  expect(jsonLines(run.stdout)[1]).toEqual({ mainAccountId: 5, shopIds: [1, 2], merchantIds: [3], userIds: [4] });
  expectNoSecret(run, emulator);

  emulator.expireToken();
  for (const SHOPEE_SHOP_ID of ["1", "2"]) {
    const status = await runCommand(["status", "sg_1"], { cwd, env: { ...env, SHOPEE_SHOP_ID } });
    expect(status.stderr).toContain("was it uploaded with --module media?"); // The call itself was let in.
  }
  const refreshes = emulator.requests.filter(({ endpoint }) => endpoint.endsWith("access_token/get"));
  expect(refreshes.map(({ error }) => error)).toEqual(["", ""]);
});

test("the address may be an argument; its code serves once, and is not shown", async () => {
  const cwd = await temporaryFolder();
  const emulator = await emulate();
  const env = environmentFor(emulator, cwd);
  const { partnerId, shopId } = emulator.credentials;
  const query = { partner_id: `${partnerId}`, auth_type: "seller", redirect_uri: BACK, response_type: "code" };
  const address = await follow(`${emulator.url}/auth?${new URLSearchParams(query)}`);

  const first = await runCommand(["auth", address], { cwd, env: { ...env, SHOPEE_ACCESS_TOKEN: "that of last week" } });
  expect(await first.exit).toBe(0);
  expect(first.stdout).toBe(`Shop ${shopId} has authorised the app: set SHOPEE_SHOP_ID=${shopId}\n`);
  expect(first.stderr).toBe("SHOPEE_ACCESS_TOKEN is set, and is used instead of what was kept: unset it\n");

  const second = await runCommand(["auth", address], { cwd, env });
  expect(await second.exit).toBe(1);
  expect(second.stderr).toMatch(
    /Cannot exchange the code for tokens: .*the seller has to authorise .*\(invalid_code\)/,
  );
  expect(second.stderr).not.toContain(new URL(address).searchParams.get("code"));
});

test.each([
  [["auth"], "", "Cannot make the link without --redirect"],
  [["auth", "--redirect", "back"], "", "The redirectUrl must be a whole URL"],
  [["auth", "--redirect", BACK], "", "standard input has ended"],
  [["auth", "--redirect", BACK], `${BACK}?code=canary&shop_id=1\n`, "its state is another one than was sent"],
  [["auth", "--redirect", BACK], "canary\n", "The address must be a whole URL"],
  [["auth", `${BACK}?shop_id=1`], "", "it has no code"],
])("%j with %j on stdin is wrong usage", async (argv, typed, message) => {
  const cwd = await temporaryFolder();
  const run = startCommand(argv, { cwd, env: environmentFor(await emulate(), cwd) });
  run.stdin.end(typed);
  expect(await run.exit).toBe(2);
  expect(run.stderr).toContain(message);
  expect(run.stderr).not.toContain("canary");
});

test("an interruption ends the wait for the address", async () => {
  const cwd = await temporaryFolder();
  const run = startCommand(["auth", "--redirect", BACK], { cwd, env: environmentFor(await emulate(), cwd) });
  await run.printed(ASKED);
  run.kill("SIGINT");
  expect(await run.exit).toBe(130);
});
