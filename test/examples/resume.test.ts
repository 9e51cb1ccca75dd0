import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Emulator } from "../../src/emulator/mod.ts";
import { emulate } from "../cli/support/emulate.ts";
import { environmentOf } from "../cli/support/run_command.ts";
import { sampleVideo } from "../cli/support/sample_video.ts";
import { temporaryFolder } from "../support/files.ts";
import { runExample } from "../support/start_example.ts";

const CHECKPOINTS = ".shopee-media/uploads";
/** Six parts: three are in flight when two have arrived, so that at least one is still to be sent. */
const SIZE = 21_000_000;

test("an upload that was killed goes on where it was", async () => {
  const emulator = await emulate();
  const cwd = await temporaryFolder();
  const { bytes } = await sampleVideo(cwd, { size: SIZE });
  const options = { argv: ["shoes.mp4"], env: environmentOf(emulator), cwd };

  const first = await runExample("resume.ts", options);

  expect(first.exitCode).toBe("SIGKILL");
  // The lock of the killed process is there, too: the next run takes it over.
  const files = await readdir(join(cwd, CHECKPOINTS));
  expect(files.filter((name) => name.endsWith(".json"))).toHaveLength(1);

  const crashedAt = Date.now();
  const second = await runExample("resume.ts", options);

  expect(second.stderr).toBe("");
  const [session, ...others] = emulator.sessions();
  expect(others).toEqual([]);
  const sent = partsSentSince(crashedAt, emulator);
  expect(sent).toBeLessThanOrEqual(4);
  expect(second.stdout).toBe(`${session!.id} is ready: of its 6 parts, this run has sent ${sent}\n`);
  expect(Buffer.compare(await emulator.content(session!.id), bytes)).toBe(0);
  expect(await readdir(join(cwd, CHECKPOINTS))).toEqual([]);
  expect(second.exitCode).toBe(0);
});

test("a file that is another one after the crash is uploaded from its beginning", async () => {
  const emulator = await emulate();
  const cwd = await temporaryFolder();
  const { path, bytes } = await sampleVideo(cwd, { size: SIZE });
  const options = { argv: ["shoes.mp4"], env: environmentOf(emulator), cwd };
  await runExample("resume.ts", options);
  bytes[bytes.length - 1] = 1;
  await writeFile(path, bytes);

  const { exitCode, stdout } = await runExample("resume.ts", options);

  const [crashed, session] = emulator.sessions();
  expect(crashed!.status).toBe("CANCELLED");
  expect(stdout).toBe(`${session!.id} is ready: of its 6 parts, this run has sent 6\n`);
  expect(Buffer.compare(await emulator.content(session!.id), bytes)).toBe(0);
  expect(exitCode).toBe(0);
});

function partsSentSince(time: number, { requests }: Emulator): number {
  return requests.filter(({ endpoint, startedAt }) => endpoint.endsWith("upload_video_part") && startedAt >= time)
    .length;
}
