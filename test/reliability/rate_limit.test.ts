import { expect, test } from "vitest";
import { noise } from "../support/bytes.ts";
import { PART, setUp, uploadBytes } from "../support/rig.ts";

const UPLOADS = 50;
const options = {
  module: "media",
  fileName: "shoes.mp4",
  poll: { first: 50, interval: 200, maxInterval: 500, timeout: 60_000 },
} as const;
const policy = { retry: { limit: 5, baseDelay: 50, maxDelay: 1_000 }, timeout: { total: 60_000 } };

test.each([8, 3])("fifty uploads at once, where %d calls at a time are served: all succeed", async (limit) => {
  const rig = await setUp({ faults: [`*:rate-limit=${limit}`], network: { latency: 5 } });
  const media = rig.connect(policy);
  const files = Array.from({ length: UPLOADS }, (_, index) => noise(2 * PART, index + 1));
  const results = await Promise.all(files.map((file) => uploadBytes(media, file, options)));
  await Promise.all(results.map(async ({ videoUploadId }, index) => {
    expect(await rig.emulator.content(videoUploadId)).toEqual(files[index]);
  }));
  const { requests } = rig.emulator;
  const refused = requests.filter(({ error }) => error === "error_rate_limit").length;
  expect(refused).toBeGreaterThan(0);
  // The first crowd, and then few: without a brake that all share, every call would be refused several times.
  expect(refused).toBeLessThan(requests.length / 2);
});

test("one refusal slows down all calls of the manager, and success speeds them up again", async () => {
  const rig = await setUp({ faults: ["upload_video_part#1:status=429"] });
  const starts: number[] = [];
  const media = rig.connect({ ...policy, onRequest: ({ duration }) => starts.push(performance.now() - duration) });
  await uploadBytes(media, noise(120 * PART), { ...options, concurrency: 4 });
  starts.sort((a, b) => a - b);
  const span = (from: number, to: number) => starts[to]! - starts[from]!;
  expect(span(100, 120)).toBeLessThan(span(5, 25));
});
