import { afterEach, expect, test } from "vitest";
import { type Emulator, startEmulator } from "../../src/emulator/mod.ts";
import { InvalidInputError } from "../../src/errors.ts";
import { call, noise, signedRequest } from "./raw_client.ts";
import { takeClock } from "./take_clock.ts";
import { mediaPart, spacePart } from "./upload_raw.ts";

const PART = 4_194_304;
const INIT = "media_space/init_video_upload";
const UPLOAD_PART = "media_space/upload_video_part";

let emulator: Emulator;
let id: string;
afterEach(() => emulator.close());

/** Starts an emulator with a session of one whole part. */
async function start(...faults: string[]): Promise<void> {
  emulator = await startEmulator({ faults });
  const { response } = await call(emulator, INIT, { json: { file_md5: "a".repeat(32), file_size: PART } });
  id = response.video_upload_id;
}

async function sendPart(init: RequestInit = {}): Promise<string> {
  const response = await fetch(signedRequest(emulator, UPLOAD_PART, { form: spacePart(id, 0, noise(PART)) }), init);
  return await response.text();
}

function partsReceived(): number {
  return emulator.sessions()[0]?.parts.length ?? 0;
}

test.each([["reset-before", 0], ["reset-after", 1], ["cut", 1]])("%s: no answer, %d parts", async (kind, parts) => {
  await start(`upload_video_part#1:${kind}`);
  await expect(sendPart()).rejects.toThrow();
  expect(partsReceived()).toBe(parts);
  expect(JSON.parse(await sendPart())).toMatchObject({ error: "" });
});

test.each([["stall-before", 0], ["stall-after", 1], ["stall-middle", 1]])("%s: %d parts", async (kind, parts) => {
  await start(`upload_video_part#1:${kind}`);
  const stop = new AbortController();
  const sent = sendPart({ signal: stop.signal });
  await expect.poll(() => [emulator.faults.list()[0]?.fired, partsReceived()]).toEqual([1, parts]);
  stop.abort(new Error("enough"));
  await expect(sent).rejects.toThrow("enough");
  expect(JSON.parse(await sendPart())).toMatchObject({ error: "" });
});

test("stall-middle goes on after its time", async () => {
  await start("upload_video_part:stall-middle=20");
  expect(JSON.parse(await sendPart())).toMatchObject({ error: "" });
});

test("slow comes whole", async () => {
  await start("upload_video_part:slow=100000");
  expect(JSON.parse(await sendPart())).toMatchObject({ error: "" });
});

test.each(["html", "status=429,retryAfter=1", "error=error_server,status=500"])(
  "%s is seen by the client although it has sent 4 MiB for nothing",
  async (fault) => {
    await start(`upload_video_part:${fault}`);
    expect(await sendPart()).not.toBe("");
    expect(partsReceived()).toBe(0);
  },
);

test("a refusal is seen by the client although the body was not looked at", async () => {
  await start();
  const request = signedRequest(emulator, UPLOAD_PART, {
    form: spacePart(id, 0, noise(PART)),
    tamper: { sign: "0".repeat(64) },
  });
  expect(await (await fetch(request)).json()).toMatchObject({ error: "error_sign" });
});

test("close ends what stalls", async () => {
  await start("upload_video_part:stall-before");
  const sent = expect(sendPart()).rejects.toThrow();
  await expect.poll(() => emulator.faults.list()[0]?.fired).toBe(1);
  await emulator.close();
  await sent;
});

test("bandwidth and latency slow requests down, and the bytes arrive all the same", async () => {
  const clock = takeClock();
  emulator = await startEmulator({
    mediaPartSize: 100_000,
    network: { bandwidth: 2_000_000, latency: 5, partDelay: 5 },
  });
  const passes = async <Result>(work: Promise<Result>): Promise<[Result, number]> => {
    let isOver = false;
    work.then(() => isOver = true);
    const time = await clock.advanceUntil(() => isOver);
    return [await work, time];
  };

  const json = { business: 3, scene: 1, file_name: "a.mp4", file_size: 200_000, duration: 1 };
  const [{ response }, initTime] = await passes(call(emulator, "media/init_video_upload", { json }));
  expect(initTime).toBeGreaterThanOrEqual(5);
  const bytes = noise(200_000);
  const parts = [0, 1].map((seq) => {
    const part = bytes.slice(seq * 100_000, (seq + 1) * 100_000);
    return call(emulator, "media/upload_video_part", { form: mediaPart(response.video_upload_id, seq, part) });
  });
  const [answers, partsTime] = await passes(Promise.all(parts));
  expect(answers).toMatchObject([{ error: "" }, { error: "" }]);
  // 200 kB at 2 MB/s take 100 ms, whether by one connection or by two.
  expect(partsTime).toBeGreaterThanOrEqual(100 + 5 + 5);
  expect(await emulator.content(response.video_upload_id)).toEqual(bytes);
});

test.each([{ latency: -1 }, { partDelay: Number.NaN }, { bandwidth: 0 }])("network %o is an error", async (network) => {
  await start();
  await expect(startEmulator({ network })).rejects.toThrow(InvalidInputError);
});
