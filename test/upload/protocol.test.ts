import { describe, expect, test } from "vitest";
import { isShopeeApiError, type MediaManager, type VideoModule } from "../../mod.ts";
import { createMediaProtocol, createMediaSpaceProtocol } from "../../src/upload/session/create_protocol.ts";
import type { Protocol } from "../../src/upload/session/protocol.ts";
import { cut, md5, noise } from "../support/bytes.ts";
import { emulate } from "../support/emulate.ts";
import { managerFor } from "../support/manager_for.ts";
import { failure, inTurn, startRecordingServer, success } from "../support/recording_server.ts";
import { runtime } from "../support/runtime.ts";
import { settle } from "../support/settle.ts";

/** Every module that an upload can speak. */
const MODULES: [VideoModule, (media: MediaManager) => Protocol][] = [
  ["media_space", (media) => createMediaSpaceProtocol(media) as Protocol],
  ["media", (media) => createMediaProtocol(media, { fileName: "shoes.mp4", duration: 12 }) as Protocol],
];

const PART_SIZE: Record<VideoModule, number> = { media_space: 4_194_304, media: 1_000 };
const NEVER = new AbortController().signal;

describe.each(MODULES)("%s", (module, createProtocol) => {
  const file = noise(1.5 * PART_SIZE[module]);
  const parts = cut(file, PART_SIZE[module]).map((bytes, seq) => ({ seq, bytes, md5: md5(bytes) }));
  const facts = { size: file.length, md5: md5(file) };
  const unknown = { module, videoUploadId: "sg_unknown", partSize: PART_SIZE[module] } as const;

  async function setUp() {
    const shopee = await emulate({ mediaPartSize: PART_SIZE.media });
    return { ...shopee, protocol: createProtocol(shopee.media) };
  }

  test("brings a file to Shopee: opened, sent, completed, ready", async () => {
    const { emulator, protocol } = await setUp();
    const session = await protocol.open(facts, { signal: NEVER });
    expect(session).toEqual({ module, videoUploadId: emulator.sessions()[0]!.id, partSize: PART_SIZE[module] });
    const before = await protocol.status(session, {});
    expect(before).toMatchObject({ status: emulator.sessions()[0]!.status, videoInfo: undefined });

    for (const part of parts.toReversed()) expect(await protocol.sendPart(session, part, {})).toBeUndefined();
    expect(await protocol.complete(session, { parts: [0, 1], uploadCost: 12 }, {})).toBeUndefined();
    await expect.poll(() => protocol.status(session, {})).toMatchObject({
      status: "SUCCEEDED",
      message: expect.any(String),
      videoInfo: { duration: expect.any(Number) },
    });
    expect(await emulator.content(session.videoUploadId)).toEqual(file);
  });

  test("gives a session up", async () => {
    const { emulator, protocol } = await setUp();
    const session = await protocol.open(facts, {});
    expect(await protocol.cancel(session, {})).toBeUndefined();
    expect(emulator.sessions()).toMatchObject([{ status: "CANCELLED" }]);
    expect(await protocol.status(session, {})).toMatchObject({ status: "CANCELLED" });
  });

  const calls: Record<string, (protocol: Protocol, signal?: AbortSignal) => Promise<unknown>> = {
    open: (protocol, signal) => protocol.open(facts, { signal }),
    sendPart: (protocol, signal) => protocol.sendPart(unknown, parts[1]!, { signal }),
    complete: (protocol, signal) => protocol.complete(unknown, { parts: [0, 1], uploadCost: 12 }, { signal }),
    status: (protocol, signal) => protocol.status(unknown, { signal }),
    cancel: (protocol, signal) => protocol.cancel(unknown, { signal }),
  };
  const names = Object.keys(calls);

  test.each(names.filter((name) => name !== "open"))("%s: an unknown session is Shopee's own error", async (name) => {
    const { protocol } = await setUp();
    const { error } = await settle(calls[name]!(protocol));
    expect(error).toSatisfy(isShopeeApiError);
    expect(error).toMatchObject({ kind: "unknown_id" });
  });

  test.each(names)("%s: a refusal is the call's error, and is not asked for again", async (name) => {
    const server = await startRecordingServer(() => failure("error_param", "There is no such thing."));
    const protocol = createProtocol(managerFor(server, { retry: { limit: 3, baseDelay: 1 } }));
    expect((await settle(calls[name]!(protocol))).error).toMatchObject({ name: "ShopeeApiError", code: "error_param" });
    expect(server.requests).toHaveLength(1);
  });

  test.each(names)("%s: an abort is heard at once, and its reason is the call's error", async (name) => {
    const server = await startRecordingServer(() => new Promise<never>(() => {}));
    const protocol = createProtocol(managerFor(server));
    const reason = new Error("enough");
    expect((await settle(calls[name]!(protocol, AbortSignal.abort(reason)))).error).toBe(reason);
    expect(server.requests).toHaveLength(0);

    const abort = new AbortController();
    const call = settle(calls[name]!(protocol, abort.signal));
    await expect.poll(() => server.requests.length).toBe(1);
    abort.abort(reason);
    expect((await call).error).toBe(reason);
  });

  test.each([
    ["no answer at all", undefined],
    ["no id", { part_size: 1_000 }],
    ["an empty id", { video_upload_id: "", part_size: 1_000 }],
  ])("open: %s is no session", async (_, response) => {
    const server = await startRecordingServer(() => success(response));
    const { error } = await settle(createProtocol(managerFor(server)).open(facts, {}));
    expect(error).toMatchObject({
      message: expect.stringMatching(/^Cannot open .*: Shopee's answer has no video_upload_id/),
    });
  });

  test("open: once its last attempt is called for, the one under way may end, and no other begins", async () => {
    const lastAttempt = new AbortController();
    const server = await startRecordingServer(() => {
      lastAttempt.abort(new Error("enough"));
      return failure("error_server");
    });
    const protocol = createProtocol(managerFor(server, { retry: { limit: 3, baseDelay: 1 } }));
    const { error } = await settle(protocol.open(facts, { lastAttempt: lastAttempt.signal }));
    expect(error).toBeInstanceOf(Error);
    expect(server.requests).toHaveLength(1);
  });

  test("sendPart: tells how much of the part has gone out, where that can be seen", async () => {
    const server = await startRecordingServer(() => success());
    const sent: number[] = [];
    await createProtocol(managerFor(server)).sendPart(unknown, parts[0]!, { onSent: (bytes) => sent.push(bytes) });
    expect(sent.at(-1)).toBe(runtime === "deno" ? undefined : parts[0]!.bytes.length);
  });

  test("status: an answer without a status is an error, and a status of tomorrow is handed on", async () => {
    const server = await startRecordingServer(inTurn(success({ status: "OF_TOMORROW" }), success({})));
    const protocol = createProtocol(managerFor(server));
    expect(await protocol.status(unknown, {})).toEqual({ status: "OF_TOMORROW", message: "", videoInfo: undefined });
    const { error } = await settle(protocol.status(unknown, {}));
    expect(error).toMatchObject({ message: expect.stringContaining("Shopee's answer has no status") });
  });
});
