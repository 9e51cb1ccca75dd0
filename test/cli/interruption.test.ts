import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test, vi } from "vitest";
import { listenForInterruption } from "../../src/cli/interruption.ts";
import { emulate } from "./support/emulate.ts";
import { fakeIo } from "./support/fake_io.ts";
import { environmentOf, runCommand, startCommand } from "./support/run_command.ts";
import { sampleVideo } from "./support/sample_video.ts";
import { startSlowShopee } from "./support/start_slow_shopee.ts";
import { temporaryFolder } from "../support/files.ts";

test.each(
  [
    ["SIGINT", 130],
    ["SIGTERM", 130],
    ["SIGHUP", 129],
    ["SIGQUIT", 131],
  ] as const,
)("%s cancels the sessions at Shopee and ends in %i", async (signal, exitCode) => {
  const cwd = await temporaryFolder();
  const emulator = await startSlowShopee({ delayOf: (path) => path.endsWith("upload_video_part") ? Infinity : 0 });
  const names = ["a.mp4", "b.mp4", "c.mp4", "d.mp4"];
  for (const name of names) await sampleVideo(cwd, { name });

  const argv = ["upload", "--json", "--parallel", "2", ...names];
  const run = startCommand(argv, { cwd, env: environmentOf(emulator) });
  await Promise.all([run.printed("a.mp4: uploading"), run.printed("b.mp4: uploading")]);
  run.kill(signal);

  expect(await run.exit).toBe(exitCode);
  expect(emulator.sessions().map(({ status }) => status)).toEqual(["CANCELLED", "CANCELLED"]);
  const lines = run.stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
  expect(lines.map(({ file }) => file).sort()).toEqual(names);
  for (const { status, error } of lines) {
    expect(status).toBeNull();
    expect(error).toEqual({ name: "ShopeeMediaError", message: "Interrupted" });
  }
  expect(run.stderr).toContain("2 interrupted, 2 unstarted\n");
  expect(run.stderr).not.toContain("trying again");
});

test("a second Ctrl-C does not wait for the cancel", async () => {
  const cwd = await temporaryFolder();
  const emulator = await startSlowShopee({ delayOf: (path) => /part|cancel/.test(path) ? Infinity : 0 });
  await sampleVideo(cwd, { name: "shoes.mp4" });

  const run = startCommand(["upload", "shoes.mp4"], { cwd, env: environmentOf(emulator) });
  await run.printed("uploading");
  run.kill("SIGINT");
  await run.printed("Interrupted: cancelling at Shopee");
  await sleep(300); // Sooner it would pass for an echo of the first.
  run.kill("SIGINT");

  expect(await run.exit).toBe(130);
  expect(run.stderr).not.toContain("shoes.mp4: Interrupted");
});

test("the echo that npm makes of a Ctrl-C is no second one", () => {
  const io = fakeIo();
  vi.useFakeTimers({ toFake: ["performance"] });
  onTestFinished(() => void vi.useRealTimers());
  const { signal, stop } = listenForInterruption(io);

  io.emit("SIGINT");
  vi.advanceTimersByTime(200);
  io.emit("SIGINT");
  expect(signal.aborted).toBe(true);
  expect(io.exit).not.toHaveBeenCalled();

  vi.advanceTimersByTime(100);
  io.emit("SIGINT");
  expect(io.exit).toHaveBeenCalledExactlyOnceWith(130);
  stop();
  expect(["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"].map(io.listenerCount)).toEqual([0, 0, 0, 0]);
});

test("a reader that goes away interrupts, and is no crash", async () => {
  const cwd = await temporaryFolder();
  const emulator = await startSlowShopee({ delayOf: () => 0, transcodeMs: 0 });
  const names = ["a.mp4", "b.mp4", "c.mp4"];
  for (const name of names) await sampleVideo(cwd, { name });

  const run = startCommand(["upload", "--json", ...names], { cwd, env: environmentOf(emulator) });
  run.closeStdout();

  expect(await run.exit).toBe(130);
  expect(run.stderr).toContain("Interrupted");
  expect(emulator.sessions().length).toBeLessThan(3);
});

test("once Shopee has all of the video, a Ctrl-C leaves it there, and tells its id", async () => {
  const cwd = await temporaryFolder();
  const emulator = await startSlowShopee({ delayOf: () => 0, transcodeMs: 60_000 });
  await sampleVideo(cwd, { name: "shoes.mp4" });

  for (const json of [["--json"], []]) {
    const run = startCommand(["upload", ...json, "shoes.mp4"], { cwd, env: environmentOf(emulator) });
    await run.printed("processing at Shopee");
    run.kill("SIGINT");

    expect(await run.exit).toBe(130);
    const { id, status } = emulator.sessions().at(-1)!;
    expect(status).toBe("TRANSCODING");
    if (json.length === 0) expect(run.stderr).toContain(`shoes.mp4: Interrupted, with the session ${id} at Shopee\n`);
    else expect(JSON.parse(run.stdout)).toMatchObject({ videoUploadId: id, error: { message: "Interrupted" } });
  }
});

test("a session that could not be cancelled is named", async () => {
  const cwd = await temporaryFolder();
  const emulator = await emulate({
    faults: ["upload_video_part:error=error_kyc_auth", "cancel_video_upload:error=error_auth"],
  });
  await sampleVideo(cwd, { name: "shoes.mp4" });

  const run = await runCommand(["upload", "--json", "shoes.mp4"], { cwd, env: environmentOf(emulator) });

  expect(await run.exit).toBe(1);
  expect(JSON.parse(run.stdout)).toMatchObject({
    videoUploadId: emulator.sessions()[0]!.id,
    error: { code: "error_kyc_auth", cleanupError: expect.stringContaining("(error_auth)") },
  });
});
