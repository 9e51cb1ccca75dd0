import { describe, expect, test, vi } from "vitest";
import { inspectVideo } from "../../src/preflight/mod.ts";
import { InvalidInputError } from "../../src/errors.ts";
import { box, FTYP, movie, track, type TrackOptions } from "./support/boxes.ts";
import { readAsset } from "../support/files.ts";

async function inspectAsset(name: string) {
  return await inspectVideo(new Blob([await readAsset(`video/${name}`)]));
}

describe("what a file says of itself", () => {
  const film = { container: "mp4", mimeType: "video/mp4", duration: 12, width: 320, height: 180, videoCodec: "avc" };

  test.each([
    ["ok.mp4", { ...film, audioCodec: "aac" }],
    ["moov_front.mp4", { ...film, audioCodec: "aac" }],
    ["fragmented.mp4", { ...film, audioCodec: "aac" }],
    ["rotated.mp4", { ...film, width: 180, height: 320, audioCodec: null }],
    ["edge_10s.mp4", { duration: 10, width: 160, height: 90 }],
    ["edge_60s.mp4", { duration: 60, audioCodec: "aac" }],
    ["edge_180s.mp4", { duration: 180 }],
    ["short_9_9s.mp4", { duration: 9.9 }],
    ["long_60_1s.mp4", { duration: 60.1 }],
    ["edge_1280.mp4", { width: 1280, height: 1280 }],
    ["anamorphic_1280.mp4", { width: 1280, height: 720 }],
    ["wide_1282.mp4", { width: 1282, height: 720 }],
    ["tall_1282.mp4", { width: 720, height: 1282 }],
    ["audio_only.mp4", { duration: null, width: null, height: null, videoCodec: null, audioCodec: "aac" }],
    ["ok.mov", { ...film, container: "mov", mimeType: "video/quicktime", audioCodec: "aac" }],
    ["mov_named.mp4", { container: "mov" }],
    [
      "ok.webm",
      { container: "webm", mimeType: "video/webm", duration: null, width: null, height: null, videoCodec: null },
    ],
  ])("%s", async (name, expected) => {
    const { byteLength } = await readAsset(`video/${name}`);
    expect(await inspectAsset(name)).toMatchObject({ ...expected, size: byteLength });
  });
});

describe("the duration", () => {
  const rest = [box("stsz", 0, 1, 12), box("stsc", 0, 1, 1, 12, 1), box("stco", 0, 1, 8)];
  const inspectTrack = (times: Uint8Array, options: TrackOptions) =>
    inspectVideo(new Blob([FTYP, movie(track([times, ...rest], options))]));

  test("is told in whole milliseconds", async () => {
    const times = box("stts", 0, 1, 12, 150_001);
    expect(await inspectTrack(times, { timescale: 30_000, shown: 70_000 })).toMatchObject({ duration: 60 });
    const longer = box("stts", 0, 1, 12, 150_002);
    expect(await inspectTrack(longer, { timescale: 30_000, shown: 70_000 })).toMatchObject({ duration: 60.001 });
  });

  test("leaves out frames before the first one that is shown", async () => {
    const times = box("stts", 0, 1, 12, 1000);
    expect(await inspectTrack(times, { mediaTime: 2000 })).toMatchObject({ duration: 10 });
  });

  test("that is none makes the file unreadable", async () => {
    const times = box("stts", 0, 1, 12, 1000);
    for (const options of [{ mediaTime: 20_000 }, { timescale: 0 }]) {
      await expect(inspectTrack(times, options)).rejects.toThrow(/^Cannot read the video: its index is damaged/);
    }
  });
});

describe("what cannot be read", () => {
  test("an empty file", async () => {
    await expect(inspectVideo(new Blob([]))).rejects.toThrow("Cannot read the video: the file is empty");
  });

  test.each([
    [
      "truncated.mp4",
      'Cannot read the video: it is cut off: its box "mdat" ends at byte 42782, the file at byte 32086',
    ],
    [
      "truncated_moov.mp4",
      'Cannot read the video: it is cut off: its box "moov" ends at byte 42782, the file at byte 42682',
    ],
  ])("%s", async (name, message) => {
    const error = await inspectAsset(name).catch((reason) => reason);
    expect(error).toBeInstanceOf(InvalidInputError);
    expect(error.message).toBe(message);
  });

  test("an image", async () => {
    const blob = new Blob([await readAsset("image/ok.png")]);
    await expect(inspectVideo(blob)).rejects.toThrow("Cannot read the video: it is an image (png)");
  });

  test("text", async () => {
    const message = "Cannot read the video: it is neither MP4 nor QuickTime, WebM or Matroska";
    await expect(inspectVideo(new Blob(["Not a film, but long enough to hold a header"]))).rejects.toThrow(message);
    await expect(inspectVideo(new Blob(["x"]))).rejects.toThrow(message);
  });

  test("an MP4 file of which only the beginning has come", async () => {
    const bytes = await readAsset("video/ok.mp4");
    await expect(inspectVideo(new Blob([bytes.subarray(0, 32)]))).rejects.toThrow(
      'Cannot read the video: it has no index (box "moov"): it is cut off, or its recording was never finished',
    );
  });

  test("media that goes on to the end of the file, where the end is missing", async () => {
    const bytes = await readAsset("video/moov_front.mp4");
    const mdat = indexOf(bytes, "mdat") - 4;
    new DataView(bytes.buffer).setUint32(mdat, 0);
    expect(await inspectVideo(new Blob([bytes]))).toMatchObject({ duration: 12 });
    await expect(inspectVideo(new Blob([bytes.subarray(0, -1)]))).rejects.toThrow(
      "Cannot read the video: it is cut off: its media goes on to byte 42782, the file ends at byte 42781",
    );
  });
});

describe("what is read of the file", () => {
  test("the index alone, wherever it is", async () => {
    for (const name of ["ok.mp4", "moov_front.mp4"]) {
      const bytes = await readAsset(`video/${name}`);
      const freeBox = new Uint8Array(20_000_000);
      new DataView(freeBox.buffer).setUint32(0, freeBox.byteLength);
      freeBox.set(new TextEncoder().encode("free"), 4);
      const blob = new CountingBlob([bytes, freeBox]);
      expect(await inspectVideo(blob)).toMatchObject({ duration: 12, size: bytes.byteLength + 20_000_000 });
      expect(blob.bytesRead).toBeLessThan(10_000);
    }
  });

  test("what follows the media may be anything", async () => {
    const bytes = await readAsset("video/moov_front.mp4");
    for (const rest of ["1", "1234567", "garbage that no parser can make a box of", "\0".repeat(100)]) {
      expect(await inspectVideo(new Blob([bytes, rest]))).toMatchObject({ duration: 12 });
    }
  });
});

describe("the signal", () => {
  test("that has fired keeps a file from being read", async () => {
    const blob = new CountingBlob([await readAsset("video/ok.mp4")]);
    const reason = new Error("not now");
    await expect(inspectVideo(blob, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(blob.bytesRead).toBe(0);
  });

  test("ends a read that never comes back, and is let go of", async () => {
    const bytes = await readAsset("video/ok.mp4");
    const blob = new Blob([bytes]);
    const controller = new AbortController();
    const added = vi.spyOn(controller.signal, "addEventListener");
    const removed = vi.spyOn(controller.signal, "removeEventListener");
    vi.spyOn(blob, "slice").mockReturnValue(
      Object.assign(new Blob(), { arrayBuffer: () => new Promise<ArrayBuffer>(() => {}) }),
    );

    const inspecting = inspectVideo(blob, { signal: controller.signal });
    const reason = new Error("enough");
    controller.abort(reason);
    await expect(inspecting).rejects.toBe(reason);
    expect(added).toHaveBeenCalled();
    expect(removed).toHaveBeenCalledTimes(added.mock.calls.length);
  });
});

test("a file that cannot be read from keeps its own error", async () => {
  const failure = new Error("the disk is gone");
  const blob = new Blob([await readAsset("video/ok.mp4")]);
  vi.spyOn(blob, "slice").mockReturnValue(
    Object.assign(new Blob(), { arrayBuffer: () => Promise.reject(failure) }),
  );
  await expect(inspectVideo(blob)).rejects.toBe(failure);
});

class CountingBlob extends Blob {
  bytesRead = 0;

  override slice(start = 0, end = this.size): Blob {
    const part = super.slice(start, end);
    this.bytesRead += part.size;
    return part;
  }
}

function indexOf(bytes: Uint8Array, type: string): number {
  return new TextDecoder("latin1").decode(bytes).indexOf(type);
}
