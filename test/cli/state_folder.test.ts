import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { main } from "../../src/cli/main.ts";
import { stateFolder } from "../../src/cli/state_folder.ts";
import { fakeIo } from "./support/fake_io.ts";
import { runCommand } from "./support/run_command.ts";
import { sampleVideo } from "./support/sample_video.ts";
import { temporaryFolder } from "../support/files.ts";

test.each([
  ["linux", {}, "/home/me/.local/state/shopee-media/checkpoints"],
  ["linux", { XDG_STATE_HOME: "/state" }, "/state/shopee-media/checkpoints"],
  // The specification: "All paths set in these environment variables must be absolute", and others are to be ignored.
  ["linux", { XDG_STATE_HOME: "state" }, "/home/me/.local/state/shopee-media/checkpoints"],
  ["linux", { XDG_STATE_HOME: "" }, "/home/me/.local/state/shopee-media/checkpoints"],
  ["darwin", {}, "/home/me/Library/Application Support/shopee-media/checkpoints"],
  ["win32", { LOCALAPPDATA: "/home/me/Local" }, "/home/me/Local/shopee-media/checkpoints"],
  ["win32", {}, "/home/me/AppData/Local/shopee-media/checkpoints"],
])("on %s with %j it is %s", (platform, environment, folder) => {
  expect(stateFolder("checkpoints", { environment, platform, home: "/home/me" })).toBe(folder);
});

test.each(["linux", "darwin", "win32"])(
  "on %s, a user without a home has none but the one that is named",
  (platform) => {
    // HOME may also be there, and empty: a folder in the working directory would be taken for the home.
    expect(stateFolder("tokens", { environment: {}, platform, home: "" })).toBeUndefined();
    expect(stateFolder("tokens", { environment: { XDG_STATE_HOME: "/state" }, platform, home: "" })).toBe(
      "/state/shopee-media/tokens",
    );
  },
);

/** Lets Node fail as it does for a user of whom `/etc/passwd` knows nothing, in an environment without `HOME`. */
const HOMELESS = `data:text/javascript,
  import os from "node:os";
  import { syncBuiltinESMExports } from "node:module";
  os.homedir = os.userInfo = () => {
    throw Object.assign(new Error("A system error occurred: uv_os_homedir returned ENOENT"), { code: "ERR_SYSTEM_ERROR" });
  };
  syncBuiltinESMExports();`;
const homeless = ["--import", HOMELESS];

test.each([[["--help"]], [["upload", "--help"]], [["--version"]], [["completion", "bash"]]])(
  "a user without a home can use it: %j",
  async (argv) => {
    const run = await runCommand(argv, { cwd: await temporaryFolder(), node: homeless });

    expect(run.stderr).toBe("");
    expect(await run.exit).toBe(0);
    expect(run.stdout).not.toBe("");
  },
);

test("a user without a home uploads, and names a folder for what is to be resumed", async () => {
  const cwd = await temporaryFolder();
  await sampleVideo(cwd, { name: "shoes.mp4" });
  const env = { SHOPEE_PARTNER_ID: "1", SHOPEE_PARTNER_KEY: "key", SHOPEE_BASE_URL: "http://127.0.0.1:9" };

  const uploaded = await runCommand(["upload", "--emulator", "shoes.mp4"], { cwd, node: homeless });
  expect(uploaded.stdout).toContain("shoes.mp4: SUCCEEDED\n");
  expect(await uploaded.exit).toBe(0);

  const resumed = await runCommand(["upload", "--resume", "--module", "media", "shoes.mp4"], {
    cwd,
    env,
    node: homeless,
  });
  expect(resumed.stderr).toBe(
    "shopee-media: Cannot keep the notes of --resume: this user has no home folder, so name one with --checkpoints\n",
  );
  expect(await resumed.exit).toBe(2);
});

test("a folder that nothing can be kept in is told before anything is sent", async () => {
  const cwd = await temporaryFolder();
  await sampleVideo(cwd, { name: "shoes.mp4" });
  await mkdir(join(cwd, "state"));
  await writeFile(join(cwd, "state", "shopee-media"), "a file where a folder should be");
  const io = {
    ...fakeIo(),
    env: {
      SHOPEE_PARTNER_ID: "1",
      SHOPEE_PARTNER_KEY: "key",
      SHOPEE_SHOP_ID: "2",
      SHOPEE_REFRESH_TOKEN: "token",
      SHOPEE_BASE_URL: "http://127.0.0.1:9",
      XDG_STATE_HOME: join(cwd, "state"),
    },
  };
  const folder = join(cwd, "state", "shopee-media");

  expect(await main(["status", "sg_1"], io)).toBe(2);
  expect(io.printed("stderr")).toBe(
    `shopee-media: Cannot keep the tokens that SHOPEE_REFRESH_TOKEN is exchanged for in ${
      join(folder, "tokens")
    }: not a directory\n`,
  );

  const { SHOPEE_REFRESH_TOKEN: _, ...env } = { ...io.env, SHOPEE_ACCESS_TOKEN: "token" };
  expect(await main(["upload", "--resume", join(cwd, "shoes.mp4")], { ...io, env })).toBe(2);
  expect(io.printed("stderr")).toBe(
    `shopee-media: Cannot keep the notes of --resume in ${join(folder, "checkpoints")}: not a directory\n`,
  );
});
