import { expect, onTestFinished, test } from "vitest";
import { createEmulator, type CreateEmulatorOptions, type EmulatorApp } from "../../src/emulator/mod.ts";
import { replaceRuntime, type Runtime } from "../../src/runtime.ts";
import { call, noise } from "./raw_client.ts";
import { takeClock } from "./take_clock.ts";
import { completeMedia, sendMedia, sendMediaSpace } from "./upload_raw.ts";

async function start(options?: CreateEmulatorOptions): Promise<EmulatorApp> {
  const emulator = await createEmulator(options);
  onTestFinished(() => emulator.close());
  return emulator;
}

function replace(parts: Partial<Runtime>): void {
  onTestFinished(replaceRuntime(parts));
}

/** Everything that an emulator makes up, with chance and ids of the test's own. */
async function record(): Promise<unknown> {
  let count = 0;
  replace({
    random: () => (++count % 10) / 10,
    uuid: () => `00000000-0000-4000-8000-${String(++count).padStart(12, "0")}`,
  });
  const emulator = await start({ inspect: false, transcodeMs: 0 });
  const ids = [await sendMedia(emulator, noise(10)), await sendMediaSpace(emulator, noise(20))];
  const { headers, ...refused } = await call(emulator, "media/cancel_video_upload", { json: {} });
  return { credentials: { ...emulator.credentials }, ids, refused, date: headers.get("Date"), log: emulator.requests };
}

test("what is made up comes from the runtime: the same chance makes the same emulator", async () => {
  takeClock();
  const first = await record();
  expect(await record()).toEqual(first);
});

test("the HMAC comes from the runtime: requests and pushes are signed with it", async () => {
  const texts: string[] = [];
  replace({
    hmacSha256: (key) => (text) => {
      texts.push(`${key} ${text}`);
      return Promise.resolve("0".repeat(64));
    },
  });
  const received: (string | null)[] = [];
  const emulator = await start({
    partnerKey: "api key",
    push: {
      callbackUrl: "https://shop.example/pushes",
      pushPartnerKey: "push key",
      fetch: (request) => {
        received.push(request.headers.get("Authorization"));
        return Promise.resolve(new Response());
      },
    },
  });
  const json = { business: 3, scene: 1, file_name: "a.mp4", file_size: 10, duration: 1 };
  expect(await call(emulator, "media/init_video_upload", { json })).toMatchObject({ error: "common.error_auth" });
  const answer = await call(emulator, "media/init_video_upload", { json, tamper: { sign: "0".repeat(64) } });
  expect(answer.error).toBe("");
  const { video_upload_id } = answer.response;
  const tamper = { sign: "0".repeat(64) };
  await call(emulator, "media/cancel_video_upload", { json: { video_upload_id }, tamper });
  await expect.poll(() => received).toEqual(["0".repeat(64)]);
  expect(texts.filter((text) => text.startsWith("api key ")).length).toBe(3);
  expect(texts.filter((text) => text.startsWith("push key https://shop.example/pushes|{")).length).toBe(1);
});

test("time comes from the runtime: twenty days of transcoding are over when it says so", async () => {
  const clock = takeClock();
  const emulator = await start({ inspect: false, transcodeMs: 20 * 86_400_000 });
  const id = await sendMedia(emulator, noise(10));
  await completeMedia(emulator, id);
  const status = () => emulator.sessions()[0]?.status;
  await expect.poll(status).toBe("PROCESSING");
  await clock.advance(20 * 86_400_000 - 1);
  expect(status()).toBe("PROCESSING");
  await clock.advance(1);
  expect(status()).toBe("SUCCEEDED");
  expect(clock.timers()).toBe(0);
});

test("the answer's Date, the log and the expiry of a token go by the runtime's clock", async () => {
  const clock = takeClock();
  const emulator = await start({ tokenLifetime: 60 });
  const init = () =>
    call(emulator, "media_space/init_video_upload", { json: { file_md5: "a".repeat(32), file_size: 1 } });
  const before = await init();
  await clock.advance(59_000);
  expect((await init()).error).toBe("");
  await clock.advance(1000);
  const after = await init();
  expect(after.error).toBe("invalid_acceess_token");
  const passed = (answer: typeof before) => Date.parse(answer.headers.get("Date") ?? "");
  expect(passed(after) - passed(before)).toBe(60_000);
  const [first, , last] = emulator.requests;
  expect((last?.startedAt ?? 0) - (first?.startedAt ?? 0)).toBe(60_000);
});

test("close leaves no timer behind, whatever was under way", async () => {
  const clock = takeClock();
  const emulator = await createEmulator({
    inspect: false,
    transcodeMs: 100_000,
    network: { latency: 5 },
    faults: ["media_space/cancel_video_upload:stall-before"],
  });
  const ids: string[] = [];
  sendMedia(emulator, noise(10)).then((id) => ids.push(id));
  await clock.advanceUntil(() => ids.length === 1);
  const [id = ""] = ids;
  const calls = [
    completeMedia(emulator, id),
    call(emulator, "media_space/cancel_video_upload", { json: { video_upload_id: id } }).catch(() => undefined),
  ];
  const isStalled = () => emulator.faults.list()[0]?.fired === 1;
  await clock.advanceUntil(() => isStalled() && emulator.sessions()[0]?.status === "PROCESSING");
  expect(clock.timers()).toBeGreaterThan(0);
  await emulator.close();
  await Promise.all(calls);
  expect(clock.timers()).toBe(0);
});
