import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { FAULT_PARAMETERS } from "../../src/emulator/faults/fault.ts";
import { main } from "../../src/cli/main.ts";
import { fakeIo } from "./support/fake_io.ts";
import { runCommand } from "./support/run_command.ts";
import { temporaryFolder } from "../support/files.ts";

test.each(["", "upload", "status", "cancel", "image", "check", "auth", "conform", "emulator", "completion"])(
  "the help of '%s' tells the exit codes",
  async (name) => {
    const io = fakeIo();

    expect(await main(name === "" ? ["--help"] : [name, "--help"], io)).toBe(0);

    const help = io.printed("stdout");
    expect(help).toContain(`Usage: shopee-media ${name}`);
    for (const code of [129, 130, 131]) expect(help).toContain(`${code}  interrupted by SIG`);
    if (name !== "" && name !== "completion") expect(help).toContain("--json");
    expect(io.printed("stderr")).toBe("");
  },
);

test.each([
  [[], "Usage: shopee-media"],
  [["uplaod"], "unknown command 'uplaod'"],
  [["upload"], "missing required argument 'file'"],
  [["upload", "--fast", "a.mp4"], "unknown option '--fast'"],
  [["upload", "--module", "space", "a.mp4"], "Allowed choices are media_space, media"],
  [["upload", "--concurrency", "17", "a.mp4"], "whole number from 1 to 16"],
  [["upload", "--parallel", "0", "a.mp4"], "whole number from 1 to 100"],
  [["upload", "--duration", "1.5", "a.mp4"], "whole number from 1 to 180"],
  [["upload", "--duration", "12", "a.mp4"], "Cannot tell a --duration with --module media_space: it is for media"],
  [["upload", "--resume", "--emulator", "a.mp4"], "'--resume' cannot be used with option '--emulator'"],
  [["upload", "--resume", "a.mp4", "b.mp4", "./a.mp4"], "Cannot resume ./a.mp4: it is named more than once"],
  [["upload", "--size", "12", "a.mp4"], "Cannot tell a --size or --file-name of a file: they are for -"],
  [["upload", "--file-name", "b.mp4", "a.mp4"], "Cannot tell a --size or --file-name of a file: they are for -"],
  [["upload", "-", "a.mp4", "-"], "Cannot upload - more than once: standard input can be read only once"],
  [["upload", "--resume", "-"], "Cannot resume -: standard input can be read only once"],
  [
    ["upload", "--module", "media", "--size", "12", "-"],
    "Cannot upload - with --module media without --file-name, --size and --duration",
  ],
  [["completion"], "missing required argument 'shell'"],
  [["completion", "tcsh"], "Allowed choices are bash, zsh, fish"],
  [["image"], "missing required argument 'file'"],
  [["image", "--ratio", "16:9", "a.png"], "Allowed choices are 1:1, 3:4"],
  [
    ["image", "--module", "media", "--scene", "desc", "a.png"],
    "Cannot choose a --scene or --ratio with --module media",
  ],
  [["check", "--module", "space", "a.mp4"], "Allowed choices are media_space, media"],
  [["status"], "missing required argument 'id'"],
  [["cancel", "a", "b"], "too many arguments"],
  [["auth", "a", "b"], "too many arguments"],
  [["auth", "--link", "old"], "Allowed choices are page, signed"],
  [["auth"], "Missing credentials: set SHOPEE_PARTNER_ID, SHOPEE_PARTNER_KEY in the environment or in an env file\n"],
  [["emulator", "--port", "70000"], "whole number from 0 to 65535"],
  [["emulator", "--fault", "*:status=503", "--fault", "nowhere:empty"], 'Cannot read the fault "nowhere:empty"'],
  [["emulator", "--push-url", "localhost:8080"], "It must be a URL of http or https"],
  [["emulator", "--fault", "*:explode"], 'There is no fault "explode"'],
])("%j is wrong usage", async (argv, message) => {
  const io = fakeIo();

  expect(await main(argv, io)).toBe(2);

  expect(io.printed("stdout")).toBe("");
  expect(io.printed("stderr")).toContain(message);
});

test.each([[["uplaod"]], [["upload", "--fast", "a.mp4"]], [["status"]]])("%j points to --help", async (argv) => {
  const io = fakeIo();

  await main(argv, io);

  expect(io.printed("stderr")).toMatch(/\nRun it with --help to see how it is used\.\n$/);
});

test("the help of the emulator names every kind of fault", async () => {
  const io = fakeIo();

  await main(["emulator", "--help"], io);

  const words = io.printed("stdout").split(/[\s,=[\]:]+/);
  expect(words).toEqual(expect.arrayContaining(Object.keys(FAULT_PARAMETERS)));
});

test("--version is the package's own", async () => {
  const io = fakeIo();
  const manifest = await readFile(new URL("../../package.json", import.meta.url), "utf8");

  expect(await main(["--version"], io)).toBe(0);

  expect(io.printed("stdout")).toBe(`${JSON.parse(manifest).version}\n`);
});

test("the process ends with the exit code", async () => {
  const cwd = await temporaryFolder();

  expect(await (await runCommand(["upload", "--help"], { cwd })).exit).toBe(0);
  expect(await (await runCommand(["upload"], { cwd })).exit).toBe(2);
});
