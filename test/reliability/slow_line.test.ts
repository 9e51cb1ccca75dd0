import { beforeAll, describe, expect, test } from "vitest";
import { MediaManager, type MediaManagerOptions, uploadVideo, type VideoModule } from "../../mod.ts";
import { createPartMaker } from "../../src/stream/part.ts";
import { CREDENTIALS } from "../support/manager_for.ts";
import { type SimulatedLine, simulateLine } from "../support/simulated_line.ts";

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
const KB = 1_000;
const MEDIA_SPACE = 9_300 * KB;
const MEDIA = 31_457_280;

// So that nothing takes real time afterwards.
beforeAll(async () => void await createPartMaker());

interface Upload {
  module?: VideoModule;
  size?: number;
  concurrency?: number;
  manager?: Partial<MediaManagerOptions>;
}

/** Uploads over a line, with the defaults, and tells how long that took. */
async function upload(line: SimulatedLine, { module = "media_space", size, concurrency, manager }: Upload = {}) {
  const media = new MediaManager({ ...CREDENTIALS, fetch: line.fetch, ...manager });
  const bytes = new Uint8Array(size ?? { media_space: MEDIA_SPACE, media: MEDIA }[module]);
  const options = { module, concurrency, fileName: "shoes.mp4", duration: 12, preflight: false };
  const { value, error } = await line.during(uploadVideo(media, bytes, options));
  return { value, error, took: line.now(), ideal: (speed: number) => bytes.length / speed };
}

test.each<[name: string, speed: number, given: Upload]>([
  ["62 kB/s in media_space", 62, {}],
  ["240 kB/s in media", 240, { module: "media" }],
  ["33 kB/s, 16 at once", 33, { module: "media", size: 160 << 20, concurrency: 16 }],
  ["1 MB/s", 1_000, { module: "media" }],
])("a steady line of %s takes no longer than it must", async (_, speed, given) => {
  const line = simulateLine({ speed });
  const { error, took, ideal } = await upload(line, given);
  expect(error).toBeUndefined();
  expect(took).toBeLessThan(1.15 * ideal(speed));
});

test.each<[name: string, speed: number, given: Upload]>([
  ["62 kB/s in media_space", 62, {}],
  ["240 kB/s in media", 240, { module: "media" }],
  ["62 kB/s, 16 at once", 62, { module: "media", size: 160 << 20, concurrency: 16 }],
])("a line of %s that serves one request after the other takes no longer than it must", async (_, speed, given) => {
  const line = simulateLine({ speed, share: "in turn" });
  const { error, took, ideal } = await upload(line, given);
  expect(error).toBeUndefined();
  expect(took).toBeLessThan(1.15 * ideal(speed));
});

test.each([20, 10])(
  "a line of %d kB/s, slower than is counted on, is found out, with fewer parts at once",
  async (speed) => {
    const line = simulateLine({ speed });
    const { error, took, ideal } = await upload(line);
    expect(error).toBeUndefined();
    expect(took).toBeLessThan(3 * ideal(speed));
    expect(line.lanes.slice(0, 4)).toEqual([1, 2, 3, 1]);
  },
);

test("fewer parts go at once after one was cut, and again more when some have come through", async () => {
  const line = simulateLine({ speed: 0 });
  line.at(400 * SECOND, () => line.setSpeed(500));
  const { error } = await upload(line, { module: "media", size: 100 << 20 });
  expect(error).toBeUndefined();
  // Three that were cut, and then one alone.
  expect(line.lanes.slice(0, 4)).toEqual([1, 2, 3, 1]);
  expect(Math.max(...line.lanes.slice(4))).toBe(3);
});

test("a fast line that becomes a slow one is found out", async () => {
  const line = simulateLine({ speed: 5_000 });
  line.at(10 * SECOND, () => line.setSpeed(50));
  const { error, took } = await upload(line, { module: "media", size: 80 << 20 });
  expect(error).toBeUndefined();
  expect(took).toBeLessThan(10 * SECOND + 1.5 * ((80 << 20) - 50_000 * KB) / 50);
});

test("the total does not count the time in which files move", async () => {
  const line = simulateLine({ speed: 62 });
  const { error } = await upload(line, { manager: { timeout: { total: 20 * SECOND } } });
  expect(error).toBeUndefined();
});

test.each<[name: string, given: Upload]>([
  ["media_space", {}],
  ["media", { module: "media" }],
  ["media_space, one part at a time", { concurrency: 1 }],
])("a Shopee that answers no part ends the upload in a finite time: %s", async (_, given) => {
  const line = simulateLine({ speed: 0 });
  const { error, took } = await upload(line, given);
  expect(error).toMatchObject({ name: "TransportError", retryable: true });
  expect(took).toBeLessThan(0.75 * HOUR);
});

describe.each(["goes on", "stands still"] as const)(
  "a machine whose clock %s while it sleeps for an hour",
  (elapsed) => {
    const sleepFor = (line: SimulatedLine) => line.sleep(HOUR, { elapsed });

    test("goes on when its connections were broken", async () => {
      const line = simulateLine({ speed: 62 });
      line.at(60 * SECOND, () => {
        sleepFor(line);
        line.breakAll();
      });
      const { error, took, ideal } = await upload(line);
      expect(error).toBeUndefined();
      expect(took).toBeLessThan(HOUR + 60 * SECOND + 1.15 * ideal(62));
    });

    test("goes on when its connections are dead, and nobody says so", async () => {
      const line = simulateLine({ speed: 62 });
      line.at(60 * SECOND, () => {
        sleepFor(line);
        line.breakAll("silently");
      });
      const { error, took, ideal } = await upload(line);
      expect(error).toBeUndefined();
      // Nobody sees here whether bytes move, so the two parts had all of their time; and the second one more of it, since the
      // first was taken for slow.
      expect(took).toBeLessThan(HOUR + 820 * SECOND + 1.15 * ideal(62));
    });

    test("goes on with a pause between two attempts", async () => {
      const line = simulateLine({ speed: 62 });
      line.at(60 * SECOND, () => {
        line.breakAll();
        // The parts wait for their second attempt.
        line.at(60 * SECOND + 1, () => sleepFor(line));
      });
      const { error } = await upload(line);
      expect(error).toBeUndefined();
    });
  },
);
