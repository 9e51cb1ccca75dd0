import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createEmulator, type EmulatorApp } from "../../src/emulator/mod.ts";
import { readAsset } from "../support/files.ts";
import { noise } from "./raw_client.ts";
import { DIALECTS } from "./refused.ts";
import { completeMedia, completeMediaSpace, sendMedia, sendMediaSpace, waitForResult } from "./upload_raw.ts";

let emulator: EmulatorApp;
describe.each(DIALECTS)("in the dialect %s", (dialect) => {
  beforeAll(async () => {
    emulator = await createEmulator({ dialect, transcodeMs: 0 });
  });
  afterAll(() => emulator.close());

  const FORMAT = "Video format is not supported";
  const BROKEN = "Video file is broken";
  const SHORT = "Video is too short";
  const LONG = "Video is too long";
  const LARGE = "Video resolution is too large";

  test.each([
    ["ok.mp4", ""],
    ["moov_front.mp4", ""],
    ["fragmented.mp4", ""],
    ["rotated.mp4", ""],
    ["edge_10s.mp4", ""],
    ["edge_60s.mp4", ""],
    ["edge_1280.mp4", ""],
    ["anamorphic_1280.mp4", ""],
    ["short_9_9s.mp4", SHORT],
    ["short_3s.mp4", SHORT],
    ["long_60_1s.mp4", LONG],
    ["edge_180s.mp4", LONG],
    ["wide_1282.mp4", LARGE],
    ["tall_1282.mp4", LARGE],
    ["ok.mov", FORMAT],
    ["mov_named.mp4", FORMAT],
    ["ok.webm", FORMAT],
    ["audio_only.mp4", FORMAT],
    ["truncated_moov.mp4", BROKEN],
    ["truncated.mp4", BROKEN],
  ])("media_space, %s: %j", async (name, reason) => {
    const id = await sendMediaSpace(emulator, await readAsset(`video/${name}`));
    await completeMediaSpace(emulator, id, 1);
    const { response } = await waitForResult(emulator, "media_space", id);
    const message = reason === "" && dialect === "samples" ? "success" : reason;
    expect(response).toMatchObject({ status: reason === "" ? "SUCCEEDED" : "FAILED", message });
    expect("video_info" in response).toBe(reason === "");
  });

  test.each([
    ["ok.mp4", ""],
    ["ok.mov", FORMAT],
    ["short_3s.mp4", ""],
    ["edge_180s.mp4", ""],
    ["wide_1282.mp4", ""],
    ["long_181s.mp4", LONG],
    ["mov_named.mp4", FORMAT],
    ["ok.webm", FORMAT],
  ])("media, %s: %j", async (name, reason) => {
    const id = await sendMedia(emulator, await readAsset(`video/${name}`), name);
    await completeMedia(emulator, id);
    const { response } = await waitForResult(emulator, "media", id);
    expect(response).toMatchObject({ status: reason === "" ? "SUCCEEDED" : "FAILED", reason });
  });

  test("bytes that are no video at all fail, unless the emulator does not look", async () => {
    const id = await sendMediaSpace(emulator, noise(1));
    await completeMediaSpace(emulator, id, 1);
    expect((await waitForResult(emulator, "media_space", id)).response.message).toBe(FORMAT);

    const blind = await createEmulator({ dialect, transcodeMs: 0, inspect: false });
    const taken = await sendMediaSpace(blind, noise(1));
    await completeMediaSpace(blind, taken, 1);
    expect((await waitForResult(blind, "media_space", taken)).response.status).toBe("SUCCEEDED");
    await blind.close();
  });
});
