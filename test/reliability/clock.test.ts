import { afterEach, describe, expect, test, vi } from "vitest";
import { cut, md5, noise } from "../support/bytes.ts";
import { countOf, PART, setUp, uploadBytes } from "../support/rig.ts";

const HOUR = 3600;
const bytes = noise(4 * PART);

const { setTimeout } = globalThis;
const realPause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

afterEach(() => {
  vi.useRealTimers();
});

describe.each(["media_space", "media"] as const)("in %s", (module) => {
  test.each([HOUR, -HOUR])("an upload to a platform whose clock is off by %d s succeeds", async (clockOffset) => {
    const rig = await setUp({ clockOffset });
    const { videoUploadId } = await uploadBytes(rig.connect(), bytes, { module });
    expect(await rig.emulator.content(videoUploadId)).toEqual(bytes);
    // The first call learns the offset; no other has to.
    expect(rig.emulator.requests.filter(({ error }) => error !== "")).toMatchObject([{ error: "error_param" }]);
  });

  test("a backoff of more than 5 minutes ends in a fresh signature", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date", "performance"] });
    const wait = 400;
    const rig = await setUp({ faults: [`upload_video_part#1:status=503,retryAfter=${wait}`] });
    let settled = false;
    const upload = uploadBytes(rig.connect({ timeout: {} }), bytes, { module, concurrency: 1, poll: {} });
    upload.catch(() => {}).finally(() => settled = true);
    // A little real time after each second of the fake clock, for what takes real time.
    for (; !settled; await realPause(1)) await vi.advanceTimersByTimeAsync(1_000);

    const { videoUploadId } = await upload;
    expect(await rig.emulator.content(videoUploadId)).toEqual(bytes);
    const [first, second] = rig.sent.filter(({ name }) => name === "upload_video_part");
    expect(Number(second!.query.get("timestamp")) - Number(first!.query.get("timestamp"))).toBeGreaterThanOrEqual(wait);
    expect(second!.query.get("sign")).not.toBe(first!.query.get("sign"));
  });
});

test.each([HOUR, -HOUR])("a Retry-After date is read by the clock of who wrote it, %d s off", async (clockOffset) => {
  const rig = await setUp({ clockOffset, faults: ["init_video_upload#1:status=503,retryAfterDate=1"] });
  const before = performance.now();
  await uploadBytes(rig.connect(), bytes, { module: "media" });
  // Dates have whole seconds, so that "in a second" may be now, but never in an hour.
  expect(performance.now() - before).toBeLessThan(10_000);
});

test.each([HOUR, -HOUR])("eight parallel parts cost at most one attempt more each, %d s off", async (clockOffset) => {
  const rig = await setUp({ clockOffset });
  const parts = cut(noise(8 * PART), PART);
  const { response } = await rig.connect().initMediaVideoUpload({
    business: 3,
    scene: 1,
    file_name: "shoes.mp4",
    file_size: 8 * PART,
    duration: 12,
  });

  const attempts: number[] = [];
  const media = rig.connect({ onRequest: ({ attempt }) => attempts.push(attempt) });
  await Promise.all(parts.map((part, seq) =>
    media.uploadMediaVideoPart({
      video_upload_id: response.video_upload_id,
      part_seq: seq,
      part_md5: md5(part),
      part_content: part,
    })
  ));
  expect(Math.max(...attempts)).toBe(2);
  expect(rig.emulator.sessions()[0]?.parts).toHaveLength(8);
});

test("a clock that jumps while parts are in flight costs one attempt more each", async () => {
  const rig = await setUp({ faults: ["upload_video_part:stall-before=20"] });
  const attempts: number[] = [];
  let hasJumped = false;
  const upload = uploadBytes(
    rig.connect({ onRequest: ({ endpoint, attempt }) => endpoint.endsWith("part") && attempts.push(attempt) }),
    noise(12 * PART),
    {
      module: "media",
      concurrency: 4,
      onProgress({ partsAcked }) {
        if (partsAcked < 4 || hasJumped) return;
        hasJumped = true;
        rig.emulator.faults.add({ kind: "clock", offset: HOUR });
      },
    },
  );
  await expect(upload).resolves.toBeDefined();
  expect(Math.max(...attempts)).toBe(2);
  expect(countOf(rig, "upload_video_part")).toBeLessThanOrEqual(16);
});
