import { describe, expect, onTestFinished, test, vi } from "vitest";
import { MediaManager } from "../../mod.ts";
import {
  createPushHandler,
  createPushInbox,
  type LostPushCall,
  type LostPushCaller,
  type PushHandlerOptions,
  type PushTaker,
  recoverLostPushes,
  type RecoverLostPushesOptions,
} from "../../src/push/mod.ts";
import { CREDENTIALS } from "../support/manager_for.ts";
import { quiet, settle } from "../support/settle.ts";
import { credentials, pushRequest, videoUploadPush } from "./sign_push.ts";

const GET = "/api/v2/push/get_lost_push_message";
const CONFIRM = "/api/v2/push/confirm_consumed_lost_push_message";

/** A lost push, as Shopee tells of it. */
function lost(videoUploadId: string, status = "SUCCEEDED") {
  const data = videoUploadPush({ video_upload_id: videoUploadId, status });
  return { shop_id: 1, code: 11, timestamp: 1_660_034_312, data };
}
const ORDER = { shop_id: 1, code: 3, timestamp: 1, data: '{"code":3,"data":{"ordersn":"220810QR3G8CTH"}}' };

/** Shopee, as far as lost pushes go: the earliest `size` until they are confirmed. An id is the number of a message. */
function shopee(messages: unknown[], { size = 100 } = {}) {
  let confirmed = 0;
  const calls: [name: string, body: object][] = [];
  const requests: LostPushCall[] = [];
  const media: LostPushCaller = {
    call(request) {
      requests.push(request);
      calls.push([request.path.split("/").at(-1)!, request.body]);
      if (request.path === CONFIRM) {
        confirmed = Math.max(confirmed, (request.body as { last_message_id: number }).last_message_id);
        return Promise.resolve({ response: undefined });
      }
      const end = Math.min(messages.length, confirmed + size);
      const response = {
        push_message_list: messages.slice(confirmed, end),
        has_next_page: end < messages.length,
        last_message_id: end,
      };
      return Promise.resolve({ response });
    },
  };
  return { media, calls, requests, confirmed: () => confirmed };
}

/** Somebody who takes pushes, and what was taken. */
function taker() {
  const taken: string[] = [];
  const deliver = vi.fn<PushTaker["deliver"]>((push) => taken.push(push.videoUploadId));
  return { taken, deliver };
}

describe("lost pushes are handed on, and then confirmed", () => {
  test("in one go, where they are few, with Public calls that may be made twice", async () => {
    const { media, requests } = shopee([lost("a"), lost("b", "FAILED")]);
    const to = taker();
    to.deliver.mockImplementation((push) => {
      expect(requests).toHaveLength(1);
      to.taken.push(push.videoUploadId);
    });
    expect(await recoverLostPushes(media, to)).toEqual({ recovered: 2, rejected: 0 });
    expect(to.taken).toEqual(["a", "b"]);
    const call = { method: "POST", auth: "public", idempotent: true };
    expect(requests).toEqual([
      { ...call, path: GET, body: {} },
      { ...call, path: CONFIRM, body: { last_message_id: 2 } },
    ]);
  });

  test("page by page, since Shopee moves on only by what is confirmed", async () => {
    const { media, calls } = shopee(["a", "b", "c", "d", "e"].map((id) => lost(id)), { size: 2 });
    const to = taker();
    expect(await recoverLostPushes(media, to)).toEqual({ recovered: 5, rejected: 0 });
    expect(to.taken).toEqual(["a", "b", "c", "d", "e"]);
    expect(calls).toEqual([2, 4, 5].flatMap((last_message_id) => [
      ["get_lost_push_message", {}],
      ["confirm_consumed_lost_push_message", { last_message_id }],
    ]));
  });

  test("and none: nothing is confirmed", async () => {
    const { media, calls } = shopee([]);
    expect(await recoverLostPushes(media, taker())).toEqual({ recovered: 0, rejected: 0 });
    expect(calls).toEqual([["get_lost_push_message", {}]]);
  });

  test("into an inbox, where an upload waits, or will", async () => {
    const pushes = createPushInbox();
    const waiting = pushes.wait("a", { signal: AbortSignal.timeout(10_000) });
    await recoverLostPushes(shopee([lost("a"), lost("b", "FAILED")]).media, pushes);
    expect((await waiting).status).toBe("SUCCEEDED");
    expect((await pushes.wait("b", { signal: AbortSignal.timeout(10_000) })).status).toBe("FAILED");
  });

  test("by a MediaManager that has no shop and no token", async () => {
    const asked: URL[] = [];
    const media = new MediaManager({
      partnerId: CREDENTIALS.partnerId,
      partnerKey: CREDENTIALS.partnerKey,
      fetch: (input) => {
        asked.push(new URL(new Request(input).url));
        return Promise.resolve(Response.json({ error: "", message: "", request_id: "1", response: {} }));
      },
    });
    expect(await recoverLostPushes(media, createPushInbox())).toEqual({ recovered: 0, rejected: 0 });
    expect(asked.map(({ pathname, searchParams }) => [pathname, searchParams.has("access_token")])).toEqual([
      [GET, false],
    ]);
  });
});

describe("a handler takes them by the judgement of live pushes", () => {
  function setUp(options: Partial<PushHandlerOptions> = {}) {
    const to = taker();
    const onError = vi.fn();
    const handler = createPushHandler({ ...credentials, onVideoUpload: to.deliver, onError, ...options });
    return { to, handler, onError };
  }

  test("what came live is not delivered again, and what was recovered is not when it comes live, late and twice", async () => {
    const { to, handler } = setUp();
    await handler(pushRequest(videoUploadPush({ video_upload_id: "a" })));
    await recoverLostPushes(shopee([lost("a"), lost("b"), lost("b")]).media, handler);
    for (const id of ["b", "a", "b"]) {
      expect((await handler(pushRequest(videoUploadPush({ video_upload_id: id })))).status).toBe(200);
    }
    expect(to.taken).toEqual(["a", "b"]);
  });

  test("one that failed live is delivered, and one that fails is told to onError, and not confirmed", async () => {
    const error = new Error("The database is away");
    const { to, handler, onError } = setUp();
    const { media, confirmed } = shopee([lost("a")]);
    to.deliver.mockImplementationOnce(() => {
      throw error;
    }).mockImplementationOnce(() => {
      throw error;
    });
    expect((await handler(pushRequest(videoUploadPush({ video_upload_id: "a" })))).status).toBe(500);
    expect((await settle(recoverLostPushes(media, handler))).error).toBe(error);
    expect(confirmed()).toBe(0);
    expect(onError.mock.calls.map(([error]) => error)).toEqual([error, error]);
    await recoverLostPushes(media, handler);
    expect([to.taken, confirmed()]).toEqual([["a"], 1]);
  });

  test("other pushes go where it lets them go", async () => {
    const onOtherPush = vi.fn();
    const { handler } = setUp({ onOtherPush });
    const { media, confirmed } = shopee([ORDER]);
    await recoverLostPushes(media, handler, { onOtherPush: handler.deliver });
    expect(onOtherPush).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ code: 3 }));
    expect(confirmed()).toBe(1);
  });
});

describe("what was not handed on is not confirmed", () => {
  test.each(["throws", "rejects"])(
    "a taker that %s: the rest is handed on, and the error comes as it was",
    async (how) => {
      const { media, confirmed } = shopee([lost("a"), lost("b"), lost("c")], { size: 2 });
      const error = Object.freeze(new Error("The database is away"));
      const to = taker();
      to.deliver.mockImplementationOnce(() => {
        if (how === "throws") throw error;
        return Promise.reject(error);
      });
      expect((await settle(recoverLostPushes(media, to))).error).toBe(error);
      expect([to.taken, confirmed()]).toEqual([["b"], 0]);

      expect(await recoverLostPushes(media, to)).toEqual({ recovered: 3, rejected: 0 });
      expect([to.taken, confirmed()]).toEqual([["b", "a", "b", "c"], 3]);
    },
  );

  test("a slow taker is waited for, one push after the other", async () => {
    const { media, confirmed } = shopee([lost("a"), lost("b")]);
    const work = Promise.withResolvers<void>();
    const to = taker();
    to.deliver.mockImplementationOnce(() => work.promise);
    const recovering = recoverLostPushes(media, to);
    await quiet();
    expect([to.deliver.mock.calls.length, confirmed()]).toEqual([1, 0]);
    work.resolve();
    expect((await recovering).recovered).toBe(2);
  });

  test("a push about something else, without onOtherPush: a sentence says so, and those about videos are handed on", async () => {
    const { media, confirmed } = shopee([ORDER, lost("a"), { ...ORDER, data: '{"code":15}' }, ORDER]);
    const to = taker();
    expect((await settle(recoverLostPushes(media, to))).error).toMatchObject({
      name: "InvalidInputError",
      message:
        "Cannot confirm the lost pushes: some are not about videos (code 3, 15), and nobody takes them: give onOtherPush",
    });
    expect([to.taken, confirmed()]).toEqual([["a"], 0]);

    const others: unknown[] = [];
    const onOtherPush = ({ code }: { code: number }) => void others.push(code);
    expect(await recoverLostPushes(media, to, { onOtherPush })).toEqual({ recovered: 4, rejected: 0 });
    expect([others, confirmed()]).toEqual([[3, 15, 3], 4]);
  });

  test.each<[string, unknown, string]>([
    ["no list", { push_message_list: {} }, "has no list of pushes in its answer"],
    [
      "more, and none here",
      { push_message_list: [], has_next_page: true },
      "tells of pushes, and has none in its answer",
    ],
    [
      "no id",
      { push_message_list: [lost("a")] },
      "has no last_message_id in its answer, by which they could be confirmed",
    ],
    [
      "an id that is not exact",
      { push_message_list: [lost("a")], last_message_id: 2 ** 53 },
      "has no last_message_id in its answer, by which they could be confirmed",
    ],
  ])("an answer with %s fails with a sentence", async (_, response, message) => {
    const call = vi.fn<LostPushCaller["call"]>().mockResolvedValue({ response });
    expect((await settle(recoverLostPushes({ call }, taker()))).error).toMatchObject({
      name: "ShopeeMediaError",
      message: `Cannot recover the lost pushes: Shopee ${message}`,
    });
    expect(call).toHaveBeenCalledOnce();
  });

  test("the same page again, though it was confirmed: it does not go round for ever", async () => {
    const response = { push_message_list: [lost("a")], has_next_page: true, last_message_id: "5" };
    const call = vi.fn<LostPushCaller["call"]>().mockResolvedValue({ response });
    expect((await settle(recoverLostPushes({ call }, taker()))).error).toMatchObject({
      message: "Cannot recover the lost pushes: Shopee still has pushes that were confirmed",
      retryable: true,
    });
    expect(call).toHaveBeenCalledTimes(3);
  });
});

test.each([[undefined], [null], [{}], [{ push_message_list: null, has_next_page: false }]])(
  "the answer %j has none",
  async (response) => {
    const call = vi.fn<LostPushCaller["call"]>().mockResolvedValue({ response });
    expect(await recoverLostPushes({ call }, taker())).toEqual({ recovered: 0, rejected: 0 });
  },
);

describe("what cannot be read", () => {
  const broken = { ...ORDER, data: "{" };
  const unread: unknown[] = [
    null,
    { code: 11 },
    broken,
    { data: '{"code":38,"data":{"status":"SUCCEEDED"}}' },
    { data: { code: 11 } },
  ];

  test("is told, keeps nothing else back, and is confirmed with the rest", async () => {
    const { media, confirmed } = shopee([lost("a"), ...unread, lost("b")]);
    const to = taker();
    const rejections: unknown[] = [];
    const onRejected: RecoverLostPushesOptions["onRejected"] = ({ reason, message }) => {
      rejections.push(message);
      expect(reason).toMatch(/^Cannot read the push: /);
    };
    expect(await recoverLostPushes(media, to, { onRejected })).toEqual({ recovered: 2, rejected: 5 });
    expect([to.taken, rejections, confirmed()]).toEqual([["a", "b"], unread, 7]);
  });

  test("is logged where nobody wants to be told", async () => {
    const log = vi.spyOn(console, "error").mockReturnValue();
    onTestFinished(() => void log.mockRestore());
    await recoverLostPushes(shopee([broken]).media, taker());
    expect(log).toHaveBeenCalledExactlyOnceWith("Cannot read the push: body is not JSON", broken);
  });

  test("is not confirmed when who is told fails", async () => {
    const { media, confirmed } = shopee([broken, lost("a")]);
    const to = taker();
    const error = new Error("The log is away");
    const onRejected = () => Promise.reject(error);
    expect((await settle(recoverLostPushes(media, to, { onRejected }))).error).toBe(error);
    expect([to.taken, confirmed()]).toEqual([["a"], 0]);
  });
});

describe("an abort", () => {
  const reason = Object.freeze(new Error("enough"));

  test("before: nothing is asked", async () => {
    const { media, calls } = shopee([lost("a")]);
    const signal = AbortSignal.abort(reason);
    expect((await settle(recoverLostPushes(media, taker(), { signal }))).error).toBe(reason);
    expect(calls).toEqual([]);
  });

  test("while one is taken: at once, nothing is confirmed, and no listener stays", async () => {
    const { media, confirmed } = shopee([lost("a"), lost("b")]);
    const controller = new AbortController();
    const added = vi.spyOn(controller.signal, "addEventListener");
    const removed = vi.spyOn(controller.signal, "removeEventListener");
    const deliver = vi.fn(() => new Promise<void>(() => {}));
    const recovering = settle(recoverLostPushes(media, { deliver }, { signal: controller.signal }));
    await quiet();
    controller.abort(reason);
    expect((await recovering).error).toBe(reason);
    expect([deliver.mock.calls.length, confirmed()]).toEqual([1, 0]);
    expect(removed.mock.calls.length).toBe(added.mock.calls.length);
  });

  test("is handed to the calls", async () => {
    const { signal } = new AbortController();
    const call = vi.fn<LostPushCaller["call"]>().mockResolvedValue({ response: {} });
    await recoverLostPushes({ call }, taker(), { signal });
    expect(call.mock.calls[0]![1]).toEqual({ signal });
  });
});

test.each<[string, unknown, unknown, unknown, RegExp]>([
  [
    "an unknown option",
    {},
    {},
    { onOther: 1 },
    /^recoverLostPushes has no option onOther.*: it has onOtherPush, onRejected, signal$/,
  ],
  [
    "a signal itself",
    {},
    {},
    new AbortController().signal,
    /recoverLostPushes must be an object with .*give { signal }$/,
  ],
  [
    "a controller",
    {},
    {},
    { signal: new AbortController() },
    /^The signal must be an AbortSignal, not an AbortController/,
  ],
  ["an onOtherPush that is none", {}, {}, { onOtherPush: 1 }, /^The onOtherPush must be a function, not 1$/],
  ["an onRejected that is none", {}, {}, { onRejected: {} }, /^The onRejected must be a function, not an object$/],
  ["no manager", {}, {}, {}, /^The media must be a MediaManager, not an object$/],
  ["no inbox", { call: () => {} }, undefined, {}, /^The inbox must be one of createPushInbox, not left out$/],
  [
    "a function for an inbox",
    { call: () => {} },
    () => {},
    {},
    /^The inbox must be one of createPushInbox, not a function$/,
  ],
])("%s is refused with a sentence", async (_, media, to, options, message) => {
  const recovering = recoverLostPushes(media as LostPushCaller, to as ReturnType<typeof taker>, options as object);
  expect((await settle(recovering)).error).toMatchObject({
    name: "InvalidInputError",
    message: expect.stringMatching(message),
  });
});
