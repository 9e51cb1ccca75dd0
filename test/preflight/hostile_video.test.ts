import { describe, expect, test, vi } from "vitest";
import { InvalidInputError } from "../../src/errors.ts";
import { inspectVideo } from "../../src/preflight/mod.ts";
import { box, FTYP, movie, track } from "./support/boxes.ts";
import { readAsset } from "../support/files.ts";

// Small files that claim great things. Without a guard most of them take all the memory or hours of time, which fails the
// test by itself.
vi.setConfig({ testTimeout: 60_000 });

const BILLIONS = 0xffff_ffff;
/** Twelve frames of a second each, in one chunk in the file's header. */
const TIMES = box("stts", 0, 1, 12, 1000);
const SIZES = box("stsz", 0, 1, 12);
const CHUNKS = box("stsc", 0, 1, 1, 12, 1);
const OFFSETS = box("stco", 0, 1, 8);
const GOOD = [TIMES, SIZES, CHUNKS, OFFSETS];

function repeat(bytes: Uint8Array, count: number): Uint8Array<ArrayBuffer> {
  const repeated = new Uint8Array(bytes.byteLength * count);
  for (let index = 0; index < count; index++) repeated.set(bytes, index * bytes.byteLength);
  return repeated;
}

async function refusal(...parts: BlobPart[]): Promise<string> {
  const error = await inspectVideo(new Blob([FTYP, ...parts])).then(() => undefined, (reason) => reason);
  expect(error).toBeInstanceOf(InvalidInputError);
  return error.message;
}

test("the file that the others are made from is good", async () => {
  const file = new Blob([FTYP, movie(track(GOOD))]);
  expect(await inspectVideo(file)).toMatchObject({ duration: 12, width: 640, height: 360 });
});

describe("boxes that claim to be giants", () => {
  test("the index", async () => {
    const moov = movie(track());
    new DataView(moov.buffer).setUint32(0, BILLIONS);
    expect(await refusal(moov)).toMatch(/^Cannot read the video: it is cut off: its box "moov" ends at byte 4294967/);
  });

  test("the index, with a 64-bit size", async () => {
    const size = new Uint8Array([0, 0, 0, 1, ...new TextEncoder().encode("moov"), ...Array(8).fill(0x7f)]);
    expect(await refusal(size, movie(track()))).toMatch(/^Cannot read the video: it is cut off: its box "moov"/);
  });

  test("a 64-bit size smaller than its own header", async () => {
    const size = new Uint8Array([0, 0, 0, 1, ...new TextEncoder().encode("free"), 0, 0, 0, 0, 0, 0, 0, 0]);
    expect(await refusal(size)).toMatch(/it has no index/);
  });

  test("an index that is as large as it says", async () => {
    const moov = movie(track(), box("udta", new Uint8Array(33 * 2 ** 20)));
    expect(await refusal(moov)).toMatch(/^Cannot read the video: its index has \d+ bytes, more than 33554432 are not/);
  });

  test("a box within the index", async () => {
    const table = box("stts", 0, 1, 12, 1000);
    new DataView(table.buffer).setUint32(0, BILLIONS);
    expect(await refusal(movie(track([table])))).toBe(
      'Cannot read the video: its index is damaged: inside the box "stbl"',
    );
  });
});

describe("counters that claim billions", () => {
  test.each([
    [
      "frames",
      [TIMES, box("stsz", 0, 1, BILLIONS), box("stsc", 0, 1, 1, BILLIONS, 1), OFFSETS],
      /it is cut off: its media goes on to byte 4294967303/,
    ],
    ["rows of times", [box("stts", 0, BILLIONS, 12, 1000)], /the box "stts" is too short for what it claims to hold/],
    ["sizes", [TIMES, box("stsz", 0, 0, BILLIONS)], /the box "stsz" is too short/],
    ["chunks", [TIMES, SIZES, CHUNKS, box("stco", 0, BILLIONS)], /the box "stco" is too short/],
    [
      "chunks without offsets",
      [TIMES, SIZES, OFFSETS, box("stsc", 0, 2, 1, 12, 1, BILLIONS, 12, 1)],
      /it has 1 chunks and speaks of chunk 4294967295/,
    ],
  ])("%s", async (_, tables, message) => {
    expect(await refusal(movie(track(tables)))).toMatch(message);
  });

  test.each([
    ["times that no frame has", [box("stts", 0, 1, BILLIONS, 1000), SIZES, CHUNKS, OFFSETS]],
    ["shifts that no frame has", [...GOOD, box("ctts", 0, 1, BILLIONS, 0)]],
    ["frames in a chunk of twelve", [TIMES, SIZES, box("stsc", 0, 1, 1, BILLIONS, 1), OFFSETS]],
  ])("%s: the twelve that are there count", async (_, tables) => {
    expect(await inspectVideo(new Blob([FTYP, movie(track(tables))]))).toMatchObject({ duration: 12 });
  });

  test("frames of no bytes at all", async () => {
    const sizes = box("stz2", 0, 8, 1_000_001, new Uint8Array(1_000_001));
    expect(await refusal(movie(track([TIMES, sizes, box("stsc", 0, 1, 1, BILLIONS, 1), OFFSETS])))).toBe(
      "Cannot read the video: it claims to have 1000001 frames, more than 1000000 are not believed",
    );
  });

  test("frames in a fragment that takes their sizes from the defaults", async () => {
    const moov = movie(track(), box("mvex", box("trex", 0, 1, 1, 1, 0, 0)));
    const moof = box("moof", box("traf", box("tfhd", 0, 1), box("trun", 0, BILLIONS)));
    expect(await refusal(moov, moof)).toMatch(/it claims to have 4294967295 frames, more than 1000000/);
  });

  test("tracks", async () => {
    const tracks = Array.from({ length: 65 }, () => track());
    expect(await refusal(movie(...tracks))).toBe("Cannot read the video: it has more than 64 tracks");
  });

  test("tracks in a fragment, and runs in them", async () => {
    const empty = repeat(box("traf", box("tfhd", 0, 1)), 20_000);
    const runs = repeat(box("trun", 0, 0), 100_000);
    const moov = movie(track(GOOD), box("mvex", box("trex", 0, 1, 1, 1, 0, 0)));
    const file = [FTYP, moov, box("moof", empty, box("traf", box("tfhd", 0, 1), runs))];
    expect(await inspectVideo(new Blob(file))).toMatchObject({ duration: 12 });
  });

  test("descriptions of frames, of which the first one counts", async () => {
    const entries = Array.from({ length: 64 }, () => box("what"));
    expect(await inspectVideo(new Blob([FTYP, movie(track(GOOD, { entries }))]))).toMatchObject({ duration: 12 });
  });

  test("boxes in the index", async () => {
    expect(await refusal(movie(track(GOOD), repeat(box("free"), 270_000)))).toBe(
      "Cannot read the video: it has more than 262144 boxes",
    );
  });

  test("boxes", async () => {
    expect(await refusal(repeat(box("free"), 70_000))).toBe("Cannot read the video: it has more than 65536 boxes");
  });
});

describe("what is hidden where it does not belong is not looked at", () => {
  const BOMB = [box("stts", 0, 1, BILLIONS, 1), box("ctts", 0, 1, BILLIONS, 0)];

  test.each([
    ["a second table of times", movie(track([...GOOD, box("ctts", 0, 1, 12, 0), ...BOMB]))],
    ["a table in a table", movie(track([...GOOD, box("dinf", ...BOMB), box("mdia", ...BOMB)]))],
    ["a track in the tags", movie(track(GOOD), box("udta", box("meta", 0, track(BOMB))))],
    ["a track in the description of frames", movie(track(GOOD, { description: [track(BOMB)] }))],
    [
      "a track in the description of sound",
      movie(track([], { isSound: true, description: [track(BOMB)] }), track(GOOD)),
    ],
    ["a track in a track", movie(track(GOOD), box("trak", track(BOMB)))],
  ])("%s", async (_, moov) => {
    expect(await inspectVideo(new Blob([FTYP, moov]))).toMatchObject({ duration: 12 });
  });

  test("boxes in boxes in boxes", async () => {
    const nested = new Uint8Array(2 ** 20);
    const view = new DataView(nested.buffer);
    for (let offset = 0; offset < nested.byteLength; offset += 8) {
      view.setUint32(offset, nested.byteLength - offset);
      nested.set(new TextEncoder().encode("mdia"), offset + 4);
    }
    expect(await inspectVideo(new Blob([FTYP, movie(track(GOOD), nested)]))).toMatchObject({ duration: 12 });
  });
});

test("a table of random access that points nowhere is not followed", async () => {
  const bytes = await readAsset("video/fragmented.mp4");
  const table = new TextDecoder("latin1").decode(bytes).indexOf("tfra");
  expect(table).toBeGreaterThan(0);
  bytes.fill(0xff, table + 20, table + 60);
  expect(await inspectVideo(new Blob([bytes]))).toMatchObject({ duration: 12 });
});

test("a WebM file whose list of contents has no end is not searched for it for ever", async () => {
  const bytes = await readAsset("video/ok.webm");
  const view = new DataView(bytes.buffer);
  const listOfContents = 0x114d9b74;
  expect(view.getUint32(48)).toBe(listOfContents);
  view.setUint32(52, 1);
  expect(await inspectVideo(new Blob([bytes]))).toMatchObject({ container: "webm", duration: null });
});
