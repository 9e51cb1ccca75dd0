import { describe, expect, test } from "vitest";
import { createVideoUploadSink, MediaManager, uploadVideo, type VideoModule, waitForVideo } from "../../mod.ts";
import { noise } from "../support/bytes.ts";
import { emulate } from "../support/emulate.ts";
import { CREDENTIALS } from "../support/manager_for.ts";
import { settle, until } from "../support/settle.ts";

const FILE = noise(2500);
const OPTIONS = { fileName: "a.mp4", duration: 12, preflight: false, until: "uploaded" } as const;
const poll = { first: 0, interval: 20 };

describe.each<VideoModule>(["media_space", "media"])("a video of %s", (module) => {
  test("that is only to be uploaded is over when complete was acknowledged, and can be waited for later", async () => {
    const { media, tap, emulator } = await emulate({ mediaPartSize: 1000, transcodeMs: 300 });
    const sent = await uploadVideo(media, FILE, { ...OPTIONS, module });
    expect(sent).toMatchObject({ module, size: FILE.length, parts: module === "media" ? [0, 1, 2] : [0] });
    expect(sent).not.toHaveProperty("videoInfo");
    expect(tap.named("get_video_upload_result")).toHaveLength(0);
    const statuses: string[] = [];
    const ready = await waitForVideo(media, sent, { poll, onStatus: (status) => statuses.push(status) });
    expect(ready).toMatchObject({
      module,
      videoUploadId: sent.videoUploadId,
      videoInfo: { duration: expect.any(Number) },
    });
    expect(ready.succeededAt).toBeInstanceOf(Date);
    expect(statuses.at(-1)).toBe("SUCCEEDED");
    expect(emulator.sessions()).toHaveLength(1);
  });

  test("that is piped into a sink, too", async () => {
    const { media, tap } = await emulate({ mediaPartSize: 1000, transcodeMs: 60_000 });
    const { preflight: _, ...options } = OPTIONS;
    const sink = createVideoUploadSink(media, { ...options, module, size: FILE.length });
    await new Blob([FILE]).stream().pipeTo(sink);
    expect(await sink.result).toMatchObject({ module, size: FILE.length });
    expect(tap.names()).not.toContain("cancel_video_upload");
  });

  test("that Shopee will not have, or does not know, fails the wait with its id", async () => {
    const { media, emulator } = await emulate({ mediaPartSize: 1000 });
    emulator.faults.add("get_video_upload_result#1:error=error_sign");
    const sent = await uploadVideo(media, FILE, { ...OPTIONS, module });
    const facts = { videoUploadId: sent.videoUploadId, module, stage: "result", session: "completed" };
    expect((await settle(waitForVideo(media, sent, { poll }))).error).toMatchObject({ code: "error_sign", ...facts });
    expect((await waitForVideo(media, sent, { poll })).videoInfo).toBeDefined();
  });

  test("whose wait is aborted goes its way, and the reason stays as it was", async () => {
    const { media, tap } = await emulate({ mediaPartSize: 1000, transcodeMs: 60_000 });
    const sent = await uploadVideo(media, FILE, { ...OPTIONS, module });
    const controller = new AbortController();
    const reason = Object.freeze(new Error("enough"));
    const wait = settle(waitForVideo(media, sent, { poll, signal: controller.signal }));
    await until(() => tap.named("get_video_upload_result").length > 1);
    controller.abort(reason);
    expect((await wait).error).toBe(reason);
    expect(tap.names()).not.toContain("cancel_video_upload");
  });
});

test.each<[Record<string, unknown>, string]>([
  [{ module: "mediaspace", videoUploadId: "a" }, 'The module must be "media_space" or "media", not "mediaspace"'],
  [{ module: "media" }, "The videoUploadId must be Shopee's id of the video, not left out"],
])("the video %j is refused", async (video, message) => {
  const media = new MediaManager(CREDENTIALS);
  const { error } = await settle(waitForVideo(media, video as { module: "media"; videoUploadId: string }));
  expect(error).toMatchObject({ name: "InvalidInputError", message });
});

test.each<[string, unknown, RegExp]>([
  [
    "an unknown name",
    { onstatus: () => {} },
    /^waitForVideo has no option onstatus \(did you mean onStatus\?\): it has /,
  ],
  ["an option of another function", { until: "ready" }, /^waitForVideo has no option until: it has poll, pushes, /],
  ["an unknown name in poll", { poll: { timeOut: 1 } }, /^poll has no option timeOut \(did you mean timeout\?\)/],
  ["a poll that is a number", { poll: 5 }, /^The options of poll must be an object with first, .*, not 5$/],
  ["a signal itself", new AbortController().signal, /waitForVideo must be an object with .*give { signal }$/],
  ["a controller", { signal: new AbortController() }, /an AbortSignal, not an AbortController: give its signal$/],
  ["an onStatus that is none", { onStatus: "log" }, /^The onStatus must be a function, not "log"$/],
  [
    "pushes that are none",
    { pushes: () => {} },
    /^The pushes must be an inbox, as createPushInbox .*, not a function$/,
  ],
  ["null", null, /^The options of waitForVideo must be an object with poll, pushes, signal, onStatus, not null$/],
])("the options %s are refused with a sentence that helps, and nothing is asked", async (_, options, message) => {
  const { media, tap } = await emulate();
  const wait = waitForVideo(media, { module: "media", videoUploadId: "a" }, options as { poll: object });
  expect((await settle(wait)).error).toMatchObject({
    name: "InvalidInputError",
    message: expect.stringMatching(message),
  });
  expect(tap.names()).toEqual([]);
});
