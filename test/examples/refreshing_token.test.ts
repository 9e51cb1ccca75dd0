import { expect, test } from "vitest";
import { emulate } from "../cli/support/emulate.ts";
import { environmentOf } from "../cli/support/run_command.ts";
import { sampleVideo } from "../cli/support/sample_video.ts";
import { temporaryFolder } from "../support/files.ts";
import { runExample } from "../support/start_example.ts";

test("tokens are replaced when they have to be, and the next run goes on with them", async () => {
  const emulator = await emulate();
  const cwd = await temporaryFolder();
  await sampleVideo(cwd);
  const { SHOPEE_ACCESS_TOKEN: _, ...env } = environmentOf(emulator);
  const { refreshToken } = emulator.credentials;
  const ready = expect.stringMatching(/^sg_\S+ is ready$/);
  const run = async (more: Record<string, string> = {}) => {
    const { exitCode, stdout, stderr } = await runExample("refreshing_token.ts", { env: { ...env, ...more }, cwd });
    for (const secret of [emulator.credentials.accessToken, emulator.credentials.refreshToken, refreshToken]) {
      expect(stdout + stderr).not.toContain(secret);
    }
    return { exitCode, lines: stdout.trimEnd().split("\n"), stderr };
  };

  expect(await run({ SHOPEE_REFRESH_TOKEN: refreshToken }))
    .toEqual({ exitCode: 0, lines: ["The tokens were replaced", ready], stderr: "" });
  expect(await run({ SHOPEE_REFRESH_TOKEN: refreshToken })).toEqual({ exitCode: 0, lines: [ready], stderr: "" });
  emulator.expireToken();
  expect(await run()).toEqual({ exitCode: 0, lines: ["The tokens were replaced", ready], stderr: "" });
});

test("without any refresh token the error says what is missing", async () => {
  const emulator = await emulate();
  const cwd = await temporaryFolder();
  await sampleVideo(cwd);

  const { exitCode, stderr } = await runExample("refreshing_token.ts", { env: environmentOf(emulator), cwd });

  expect(stderr).toContain("no refreshToken was given");
  expect(exitCode).toBe(1);
});

test("a refresh token that Shopee refuses ends the run", async () => {
  const emulator = await emulate();
  const cwd = await temporaryFolder();
  await sampleVideo(cwd);

  const { exitCode, stdout, stderr } = await runExample("refreshing_token.ts", {
    env: { ...environmentOf(emulator), SHOPEE_REFRESH_TOKEN: "spent-long-ago" },
    cwd,
  });

  expect(stdout).toBe("No new tokens: error_auth\n");
  expect(stderr).toContain("Cannot refresh the access token");
  expect(stdout + stderr).not.toContain("spent-long-ago");
  expect(exitCode).toBe(1);
});
