import { describe, expect, test } from "vitest";
import { createVideoUploadSink, type VideoModule } from "../../mod.ts";
import type { Fault } from "../../src/emulator/mod.ts";
import { noise } from "../support/bytes.ts";
import { emulate } from "../support/emulate.ts";
import { quiet, settle, until } from "../support/settle.ts";
import { PART_SIZE, type StartedUpload, startUpload } from "../support/start_upload.ts";
import { forbidUnhandledRejections, watchSignal } from "../support/watches.ts";

forbidUnhandledRejections();

/** Far more than the 100 ms that are promised, so that a busy machine does not matter; far less than anything waits. */
const SOON = 1000;

/** What must hold after the failure of any upload whose session was open. */
async function expectGivenUp(upload: StartedUpload, reason: unknown): Promise<void> {
  const { sink, pipe, tap, emulator } = upload;
  expect((await pipe).error).toBe(reason);
  expect((await settle(sink.result)).error).toBe(reason);
  expect((await settle(sink.getWriter().closed)).error).toBe(reason);
  expect(tap.named("cancel_video_upload").map(({ state }) => state)).toEqual(["answered"]);
  expect(tap.names().at(-1)).toBe("cancel_video_upload");
  expect(emulator.sessions().map(({ status }) => status)).toEqual(["CANCELLED"]);
  const begun = tap.calls.length;
  await quiet();
  expect(tap.calls.length).toBe(begun);
  expect(tap.calls.filter(({ state }) => state === "open")).toEqual([]);
}

/** What must hold when there never was a session. */
async function expectNothingSent({ sink, pipe, tap }: StartedUpload, reason: unknown): Promise<void> {
  for (const promise of [pipe, settle(sink.result), settle(sink.session)]) expect((await promise).error).toBe(reason);
  await quiet();
  expect(tap.calls).toEqual([]);
}

describe.each<VideoModule>(["media_space", "media"])("the signal of an upload to %s", (module) => {
  const reason = new Error("The user has left");
  const TWO_AND_A_HALF = 2.5 * PART_SIZE[module];

  test("that fired before anything: nothing is sent", async () => {
    const { controller, signal, listeners } = watchSignal();
    controller.abort(reason);
    const upload = await startUpload({ module, give: TWO_AND_A_HALF, sink: { signal } });
    await expectNothingSent(upload, reason);
    expect(upload.cancelled()?.reason).toBe(reason);
    expect(listeners()).toBe(0);
  });

  test("before the first byte has come", async () => {
    const { controller, signal, listeners } = watchSignal();
    const upload = await startUpload({ module, give: 0, sink: { signal } });
    await quiet();
    controller.abort(reason);
    await expectNothingSent(upload, reason);
    expect(upload.cancelled()?.reason).toBe(reason);
    expect(listeners()).toBe(0);
  });

  test("during init: it may end, for its session has to be cancelled", async () => {
    const { controller, signal, listeners } = watchSignal();
    const upload = await startUpload({ module, sink: { signal }, holdAfter: ["init_video_upload"] });
    const { tap, holds } = upload;
    await until(() => holds.init_video_upload!.waiting() === 1);
    controller.abort(reason);
    await quiet();
    expect(holds.init_video_upload!.waiting()).toBe(1);
    expect(tap.calls).toHaveLength(1);
    holds.init_video_upload!.release();
    await expectGivenUp(upload, reason);
    expect(tap.names()).toEqual(["init_video_upload", "cancel_video_upload"]);
    expect((await settle(upload.sink.session)).error).toBe(reason);
    expect(listeners()).toBe(0);
  });

  test("during an init that then fails: no second attempt, and nothing to cancel", async () => {
    const { controller, signal } = watchSignal();
    const upload = await startUpload({
      module,
      sink: { signal },
      holdBefore: ["init_video_upload"],
      shopee: { faults: [{ kind: "error", endpoint: "init_video_upload", error: "error_server" }] },
    });
    await until(() => upload.holds.init_video_upload!.waiting() === 1);
    controller.abort(reason);
    upload.holds.init_video_upload!.release();
    expect((await upload.pipe).error).toBe(reason);
    expect(upload.tap.names()).toEqual(["init_video_upload"]);
  });

  test("while parts are in flight: they are cut at once, and no other begins", async () => {
    const { controller, signal, listeners } = watchSignal();
    const upload = await startUpload({ module, sink: { signal }, holdBefore: ["upload_video_part"] });
    const { tap } = upload;
    await until(() => upload.holds.upload_video_part!.waiting() === 3);
    const abortedAt = performance.now();
    controller.abort(reason);
    await expectGivenUp(upload, reason);
    const parts = tap.named("upload_video_part");
    expect(parts.map(({ state }) => state)).toEqual(["cut", "cut", "cut"]);
    for (const { endedAt } of parts) expect(endedAt! - abortedAt).toBeLessThan(SOON);
    expect(tap.named("complete_video_upload")).toHaveLength(0);
    expect(listeners()).toBe(0);
  });

  test("while parts are on the wire: their connections are cut", async () => {
    const { controller, signal } = watchSignal();
    const upload = await startUpload({
      module,
      sink: { signal },
      shopee: { faults: [{ kind: "stall-before", endpoint: "upload_video_part" }] },
    });
    await until(() => upload.tap.open("upload_video_part") === 3);
    const abortedAt = performance.now();
    controller.abort(reason);
    await expectGivenUp(upload, reason);
    for (const { state, endedAt } of upload.tap.named("upload_video_part")) {
      expect(state).toBe("cut");
      expect(endedAt! - abortedAt).toBeLessThan(SOON);
    }
  });

  test("while the source is waited for", async () => {
    const { controller, signal } = watchSignal();
    const upload = await startUpload({ module, give: TWO_AND_A_HALF, sink: { signal } });
    await until(() => upload.tap.named("upload_video_part").filter(({ state }) => state === "answered").length === 2);
    controller.abort(reason);
    await expectGivenUp(upload, reason);
    expect(upload.cancelled()?.reason).toBe(reason);
  });

  test("during complete: that may have come through, so nothing is cancelled", async () => {
    const { controller, signal, listeners } = watchSignal();
    const upload = await startUpload({ module, sink: { signal }, holdBefore: ["complete_video_upload"] });
    const { tap } = upload;
    await until(() => upload.holds.complete_video_upload!.waiting() === 1);
    const abortedAt = performance.now();
    controller.abort(reason);
    expect((await upload.pipe).error).toBe(reason);
    const [complete] = tap.named("complete_video_upload");
    expect(complete!.state).toBe("cut");
    expect(complete!.endedAt! - abortedAt).toBeLessThan(SOON);
    await quiet();
    expect(tap.names().at(-1)).toBe("complete_video_upload");
    expect(listeners()).toBe(0);
  });

  test("while Shopee is at work: the wait ends at once, and the video goes its way", async () => {
    const { controller, signal, listeners } = watchSignal();
    const poll = { first: 0, interval: 20 };
    const upload = await startUpload({ module, sink: { signal, poll }, shopee: { transcodeMs: 500 } });
    const { tap, emulator } = upload;
    await until(() => tap.named("get_video_upload_result").length > 1);
    const own = Object.freeze(new Error("The user has left"));
    controller.abort(own);
    expect((await upload.pipe).error).toBe(own);
    const asked = tap.named("get_video_upload_result").length;
    await until(() => emulator.sessions()[0]!.status === "SUCCEEDED");
    expect(tap.named("get_video_upload_result")).toHaveLength(asked);
    expect(tap.named("cancel_video_upload")).toHaveLength(0);
    expect(listeners()).toBe(0);
  });

  test("that is followed by other failures: the first reason counts, and there is one cancel", async () => {
    const { controller, signal } = watchSignal();
    const upload = await startUpload({
      module,
      give: TWO_AND_A_HALF,
      sink: { signal },
      holdBefore: ["upload_video_part", "cancel_video_upload"],
    });
    const { sink, tap, emulator, holds } = upload;
    await until(() => holds.upload_video_part!.waiting() === 2);
    controller.abort(reason);
    await until(() => holds.cancel_video_upload!.waiting() === 1);
    controller.abort(new Error("again"));
    upload.breakSource(new Error("The disk is gone"));
    await quiet();
    holds.cancel_video_upload!.release();
    // The pipe itself reports what it saw first, and that is its source.
    expect(await upload.pipe).toHaveProperty("error");
    expect((await settle(sink.result)).error).toBe(reason);
    expect(tap.named("cancel_video_upload")).toHaveLength(1);
    expect(emulator.sessions()[0]!.status).toBe("CANCELLED");
  });

  test("when all is over: nothing happens", async () => {
    const { controller, signal, listeners } = watchSignal();
    const upload = await startUpload({ module, sink: { signal } });
    expect((await upload.pipe).error).toBeUndefined();
    expect(listeners()).toBe(0);
    controller.abort(reason);
    await quiet();
    expect(upload.tap.named("cancel_video_upload")).toHaveLength(0);
    expect(await upload.sink.result).toMatchObject({ module });
  });

  test.each([["a text"], [null], [undefined]])("that fires with %j: that is what arrives", async (odd) => {
    const controller = new AbortController();
    const upload = await startUpload({
      module,
      sink: { signal: controller.signal },
      holdBefore: ["upload_video_part"],
    });
    await until(() => upload.holds.upload_video_part!.waiting() === 3);
    controller.abort(odd);
    await expectGivenUp(upload, controller.signal.reason);
  });
});

describe("a media_space upload whose session is not open yet", () => {
  const reason = new Error("The user has left");

  test("is aborted without a word to Shopee", async () => {
    const { controller, signal, listeners } = watchSignal();
    const upload = await startUpload({ module: "media_space", streamed: false, give: 9_000_000, sink: { signal } });
    await quiet();
    controller.abort(reason);
    await expectNothingSent(upload, reason);
    expect(listeners()).toBe(0);
  });

  test("fails with its source without a word to Shopee", async () => {
    const upload = await startUpload({ module: "media_space", streamed: false, give: 9_000_000 });
    await quiet();
    upload.breakSource(reason);
    await expectNothingSent(upload, reason);
  });
});

describe.each<VideoModule>(["media_space", "media"])("an upload to %s", (module) => {
  const reason = new Error("The disk is gone");
  const TWO_AND_A_HALF = 2.5 * PART_SIZE[module];

  test("whose source fails is cancelled, and fails with the source's error", async () => {
    const upload = await startUpload({ module, give: TWO_AND_A_HALF, holdBefore: ["upload_video_part"] });
    await until(() => upload.holds.upload_video_part!.waiting() === 2);
    upload.breakSource(reason);
    await expectGivenUp(upload, reason);
    expect(upload.tap.named("upload_video_part").map(({ state }) => state)).toEqual(["cut", "cut"]);
  });

  test("whose pipe is aborted is cancelled", async () => {
    const controller = new AbortController();
    const upload = await startUpload({ module, give: TWO_AND_A_HALF, pipeSignal: controller.signal });
    await until(() => upload.tap.named("upload_video_part").filter(({ state }) => state === "answered").length === 2);
    controller.abort(reason);
    await expectGivenUp(upload, reason);
  });

  test.each([
    ["in its first call", 1],
    ["in the midst of it", 6],
  ])("whose onProgress throws %s is cancelled, and fails with that error", async (_, call) => {
    let calls = 0;
    const upload = await startUpload({
      module,
      sink: {
        onProgress: () => {
          if (++calls === call) throw reason;
        },
      },
    });
    expect((await upload.pipe).error).toBe(reason);
    expect((await settle(upload.sink.result)).error).toBe(reason);
    const opened = upload.tap.named("init_video_upload").length;
    expect(upload.tap.named("cancel_video_upload")).toHaveLength(opened);
    expect(upload.tap.named("complete_video_upload")).toHaveLength(0);
  });

  test("whose onProgress throws always fails with the first error", async () => {
    const errors: Error[] = [];
    const onProgress = () => {
      errors.push(new Error(`${errors.length}`));
      throw errors.at(-1);
    };
    const upload = await startUpload({ module, sink: { onProgress } });
    expect((await upload.pipe).error).toBe(errors[0]);
  });

  test("of which a part is refused is cancelled, and fails with Shopee's error", async () => {
    const fault: Fault = { kind: "error", endpoint: "upload_video_part", calls: 2, error: "error_invalid_part_size" };
    const upload = await startUpload({ module, shopee: { faults: [fault] } });
    const { error } = await upload.pipe;
    expect(error).toMatchObject({ name: "ShopeeApiError", code: "error_invalid_part_size" });
    expect((error as Error).message).toMatch(/^Cannot upload part \d: /);
    await expectGivenUp(upload, error);
    expect(upload.tap.named("complete_video_upload")).toHaveLength(0);
  });

  test("whose init is refused fails with Shopee's error, and there is nothing to cancel", async () => {
    const upload = await startUpload({
      module,
      shopee: { faults: [{ kind: "error", endpoint: "init_video_upload", error: "error_api_permission" }] },
    });
    expect((await upload.pipe).error).toMatchObject({ code: "error_api_permission" });
    expect((await settle(upload.sink.session)).error).toBe((await upload.pipe).error);
    expect(upload.tap.names()).toEqual(["init_video_upload"]);
  });

  test("whose complete is refused is cancelled", async () => {
    const upload = await startUpload({
      module,
      shopee: { faults: [{ kind: "error", endpoint: "complete_video_upload", error: "error_data" }] },
    });
    const { error } = await upload.pipe;
    expect(error).toMatchObject({ code: "error_data" });
    await expectGivenUp(upload, error);
  });

  test("that cannot be cancelled still fails with the original error, which tells why and what is left", async () => {
    const upload = await startUpload({
      module,
      shopee: {
        faults: [
          { kind: "error", endpoint: "upload_video_part", error: "error_data" },
          { kind: "error", endpoint: "cancel_video_upload", error: "error_kyc_auth" },
        ],
      },
    });
    expect((await upload.pipe).error).toMatchObject({
      ...{
        code: "error_data",
        module,
        stage: "parts",
        session: "kept",
        videoUploadId: upload.emulator.sessions()[0]!.id,
      },
      cleanupError: { name: "ShopeeApiError", code: "error_kyc_auth" },
    });
    expect(upload.tap.named("cancel_video_upload")).toHaveLength(1);
  });

  test("that the caller's own error ends leaves that error as it was, whatever becomes of the cancelling", async () => {
    const own = new Error("The disk is gone");
    const before = { ...own };
    const upload = await startUpload({
      module,
      give: TWO_AND_A_HALF,
      shopee: { faults: [{ kind: "error", endpoint: "cancel_video_upload", error: "error_kyc_auth" }] },
    });
    await upload.sink.session;
    upload.breakSource(own);
    expect((await upload.pipe).error).toBe(own);
    expect({ ...own }).toEqual(before);
    expect(upload.tap.named("cancel_video_upload")).toHaveLength(1);
  });

  test("that cannot be cancelled for a frozen reason fails with that, as it is", async () => {
    const frozen = Object.freeze(new Error("cold"));
    const upload = await startUpload({
      module,
      give: TWO_AND_A_HALF,
      shopee: { faults: [{ kind: "error", endpoint: "cancel_video_upload", error: "error_kyc_auth" }] },
    });
    await upload.sink.session;
    upload.breakSource(frozen);
    expect((await upload.pipe).error).toBe(frozen);
    expect(frozen).not.toHaveProperty("cleanupError");
  });

  test("whose cancel fails for a while is cancelled all the same", async () => {
    const upload = await startUpload({
      module,
      give: TWO_AND_A_HALF,
      shopee: { faults: [{ kind: "error", endpoint: "cancel_video_upload", calls: 1, error: "error_server" }] },
    });
    await upload.sink.session;
    upload.breakSource(reason);
    expect((await upload.pipe).error).toBe(reason);
    expect(upload.tap.named("cancel_video_upload")).toHaveLength(2);
    expect(upload.emulator.sessions()[0]!.status).toBe("CANCELLED");
  });
});

describe("writer.abort()", () => {
  const reason = new Error("never mind");

  async function openWriter() {
    const shopee = await emulate({ mediaPartSize: 1000 });
    const sink = createVideoUploadSink(shopee.media, { module: "media", size: 9000, fileName: "a.mp4", duration: 9 });
    return { ...shopee, sink, writer: sink.getWriter() };
  }

  test("of an idle writer: cancels, and ends when that is done", async () => {
    const { emulator, tap, sink, writer } = await openWriter();
    await writer.write(noise(1500));
    await writer.abort(reason);
    expect(emulator.sessions()[0]!.status).toBe("CANCELLED");
    expect(tap.named("cancel_video_upload")).toHaveLength(1);
    for (const promise of [sink.result, writer.closed, writer.ready, writer.write(noise(1))] as Promise<unknown>[]) {
      expect((await settle(promise)).error).toBe(reason);
    }
  });

  test("while a write waits for room: cuts what is in flight, and ends when the session is cancelled", async () => {
    const { emulator, tap, sink, writer } = await openWriter();
    const hold = tap.hold("upload_video_part");
    const writing = settle(writer.write(noise(9000)));
    const closing = settle(writer.close());
    await until(() => hold.waiting() === 3);
    await writer.abort(reason);
    expect(emulator.sessions()[0]!.status).toBe("CANCELLED");
    expect(tap.named("cancel_video_upload")).toHaveLength(1);
    expect(tap.named("upload_video_part").map(({ state }) => state)).toEqual(["cut", "cut", "cut"]);
    for (const promise of [writing, closing, settle(sink.result), settle(writer.closed)]) {
      expect((await promise).error).toBe(reason);
    }
  });

  test("while Shopee is at work", async () => {
    const { emulator, tap, sink, writer } = await openWriter();
    tap.hold("get_video_upload_result");
    void settle(writer.write(noise(9000)));
    const closing = settle(writer.close());
    void settle(writer.closed);
    await until(() => tap.open("get_video_upload_result") === 1);
    await settle(writer.abort(reason));
    expect((await closing).error).toBe(reason);
    expect((await settle(sink.result)).error).toBe(reason);
    expect(tap.named("cancel_video_upload")).toHaveLength(0);
    expect(emulator.sessions()).toHaveLength(1);
  });

  test("without a reason, before anything", async () => {
    const { tap, sink, writer } = await openWriter();
    await writer.abort();
    expect(await settle(sink.result)).toHaveProperty("error");
    expect(await settle(writer.closed)).toHaveProperty("error");
    expect(tap.calls).toEqual([]);
  });
});
