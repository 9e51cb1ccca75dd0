import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { md5 } from "../support/bytes.ts";
import { temporaryFolder } from "../support/files.ts";
import { until } from "../support/settle.ts";
import { emulate } from "./support/emulate.ts";
import { jsonLines } from "./support/json_lines.ts";
import { environmentOf, startCommand } from "./support/run_command.ts";
import { sampleVideo } from "./support/sample_video.ts";

test("a product video comes on standard input, in pieces, and is looked at before it is sent", async () => {
  const cwd = await temporaryFolder();
  const emulator = await emulate();
  const { bytes } = await sampleVideo(cwd, { size: 5_000_000 });

  const run = startCommand(["upload", "--json", "-"], { cwd, env: environmentOf(emulator) });
  for (let start = 0; start < bytes.length; start += 700_000) run.stdin.write(bytes.subarray(start, start + 700_000));
  run.stdin.end();

  expect(await run.exit).toBe(0);
  expect(jsonLines(run.stdout)).toMatchObject([{
    file: "-",
    status: "SUCCEEDED",
    size: bytes.length,
    md5: md5(bytes),
  }]);
  expect(md5(await emulator.content(emulator.sessions()[0]!.id))).toBe(md5(bytes));

  const bad = startCommand(["upload", "-"], { cwd, env: environmentOf(emulator) });
  bad.stdin.end("not a video");
  expect(await bad.exit).toBe(2);
  expect(bad.stderr).toMatch(/^-: refused before sending: Cannot upload the video: /m);
  expect(emulator.sessions()).toHaveLength(1);
});

test("a Shopee Video on standard input is told by name, size and duration, and sent while it comes", async () => {
  const cwd = await temporaryFolder();
  const emulator = await emulate({ mediaPartSize: 1_000_000 });
  const { bytes } = await sampleVideo(cwd, { size: 2_500_000 });
  const told = ["--file-name", "live.mp4", "--size", `${bytes.length}`, "--duration", "12"];

  const run = startCommand(["upload", "--json", "--module", "media", ...told, "-"], {
    cwd,
    env: environmentOf(emulator),
  });
  run.stdin.write(bytes.subarray(0, 2_000_001));
  await until(() => emulator.sessions()[0]?.parts.length === 2);
  run.stdin.end(bytes.subarray(2_000_001));

  expect(await run.exit).toBe(0);
  expect(emulator.sessions()).toMatchObject([{ fileName: "live.mp4", size: bytes.length, status: "SUCCEEDED" }]);
  expect(jsonLines(run.stdout)).toMatchObject([{ file: "-", md5: md5(bytes) }]);
});

test("a file that is redirected is read, and an empty one refused", async () => {
  const cwd = await temporaryFolder();
  const { path } = await sampleVideo(cwd, { name: "shoes.mp4" });
  const runShell = async (redirection: string) => {
    const command = `"${process.execPath}" "${new URL("../../src/cli/bin.ts", import.meta.url).pathname}"`;
    const shell = spawn("sh", ["-c", `${command} upload --emulator --json - ${redirection}`], { cwd });
    const [stdout] = await Promise.all([shell.stdout.toArray(), once(shell, "close")]);
    return { exitCode: shell.exitCode, lines: jsonLines(Buffer.concat(stdout).toString()) };
  };

  const full = await runShell(`< "${path}"`);
  expect(full).toMatchObject({ exitCode: 0, lines: [{ file: "-", md5: md5(await readFile(path)) }] });
  const empty = await runShell("< /dev/null");
  expect(empty).toMatchObject({
    exitCode: 2,
    lines: [{ file: "-", error: { message: expect.stringContaining("empty") } }],
  });
  const closed = await runShell("<&-");
  expect(closed).toMatchObject({
    exitCode: 2,
    lines: [{ file: "-", error: { message: expect.stringContaining("empty") } }],
  });
});

test("the command does not wait for the end of standard input once the upload has ended", async () => {
  const cwd = await temporaryFolder();
  const emulator = await emulate({ mediaPartSize: 1_000_000, faults: ["upload_video_part:error=error_kyc_auth"] });
  const told = ["--file-name", "live.mp4", "--size", "2500000", "--duration", "12"];
  const argv = ["upload", "--module", "media", ...told, "-"];

  const failed = startCommand(argv, { cwd, env: environmentOf(emulator) });
  failed.stdin.write(new Uint8Array(1_000_000));
  expect(await failed.exit).toBe(1);

  const interrupted = startCommand(argv, { cwd, env: environmentOf(emulator) });
  interrupted.stdin.write(new Uint8Array(500_000));
  await until(() => emulator.sessions().length === 2);
  interrupted.kill("SIGINT");
  expect(await interrupted.exit).toBe(130);
  expect(emulator.sessions().map(({ status }) => status)).toEqual(["CANCELLED", "CANCELLED"]);
});
