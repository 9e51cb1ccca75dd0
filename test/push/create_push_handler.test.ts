import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  createPushHandler,
  type OtherPush,
  type PushHandlerOptions,
  type VideoUploadPush,
} from "../../src/push/mod.ts";
import { CONSOLE_TEST, credentials, pushRequest, signPush, videoUploadPush } from "./sign_push.ts";

function setUp(options: Partial<PushHandlerOptions> = {}) {
  const onVideoUpload = vi.fn<(push: VideoUploadPush) => unknown>();
  const onOtherPush = vi.fn<(push: OtherPush) => unknown>();
  const onError = vi.fn<(error: unknown, push?: VideoUploadPush | OtherPush) => void>();
  const handler = createPushHandler({ ...credentials, onVideoUpload, onOtherPush, onError, ...options });
  return { handler, onVideoUpload, onOtherPush, onError };
}

async function statusAndText(response: Response): Promise<[number, string]> {
  return [response.status, await response.text()];
}

describe("what is answered", () => {
  test("a genuine push: 200 with an empty body, and the callback has it", async () => {
    const { handler, onVideoUpload, onError } = setUp();
    expect(await statusAndText(await handler(pushRequest(videoUploadPush())))).toEqual([200, ""]);
    expect(onVideoUpload).toHaveBeenCalledOnce();
    expect(onVideoUpload.mock.calls[0]![0]).toMatchObject({
      module: "media_space",
      videoUploadId: "sg_90ce045e_000000",
      status: "SUCCEEDED",
      shopId: 220_034_312,
    });
    expect(onError).not.toHaveBeenCalled();
  });

  test("a wrong signature: 401, and nothing is parsed or told", async () => {
    const body = videoUploadPush();
    const parse = vi.spyOn(JSON, "parse");
    const { handler, onVideoUpload, onOtherPush, onError } = setUp();
    const unsigned = new Request("http://127.0.0.1/", { method: "POST", body });
    const requests = [
      unsigned,
      pushRequest(body, `Bearer ${signPush(body)}`),
      pushRequest(body, signPush(body).toUpperCase()),
      pushRequest(body, signPush(body, { ...credentials, pushPartnerKey: "the API key" })),
      pushRequest(body, signPush(body, { ...credentials, callbackUrl: "http://127.0.0.1:8080/pushes" })),
      pushRequest(body, signPush(JSON.stringify(JSON.parse(body), null, 2))),
      pushRequest("{"),
    ];
    parse.mockClear();
    const statuses = [];
    for (const request of requests.slice(0, -1)) statuses.push((await handler(request)).status);

    expect(statuses).toEqual(Array(6).fill(401));
    expect(parse).not.toHaveBeenCalled();
    expect(onVideoUpload).not.toHaveBeenCalled();
    expect(onOtherPush).not.toHaveBeenCalled();
    expect(onError).not.toHaveBeenCalled();

    // The spy does see what is parsed.
    expect((await handler(requests.at(-1)!)).status).toBe(200);
    expect(parse).toHaveBeenCalledOnce();
    parse.mockRestore();
  });

  test("an empty body: 401, with the right signature too", async () => {
    const { handler } = setUp();
    expect((await handler(pushRequest(""))).status).toBe(401);
    const none = { method: "POST", headers: { authorization: signPush("") } };
    expect((await handler(new Request("http://127.0.0.1/", none))).status).toBe(401);
  });

  test.each(["GET", "HEAD", "PUT", "DELETE", "OPTIONS"])("%s: 405", async (method) => {
    const response = await setUp().handler(new Request("http://127.0.0.1/", { method }));
    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toBe("POST");
  });

  test("the console's test request: 200, signed with any key or none, and nobody is told", async () => {
    const { handler, onVideoUpload, onOtherPush, onError } = setUp();
    for (const signature of [signPush(CONSOLE_TEST), "0".repeat(64), ""]) {
      expect(await statusAndText(await handler(pushRequest(CONSOLE_TEST, signature)))).toEqual([200, ""]);
    }
    for (const callback of [onVideoUpload, onOtherPush, onError]) expect(callback).not.toHaveBeenCalled();
  });

  test("one byte more or other than the console's test request: 401 without a signature, 200 with it", async () => {
    const { handler, onOtherPush } = setUp();
    for (const body of [`${CONSOLE_TEST} `, CONSOLE_TEST.replace("0", "3"), CONSOLE_TEST.replace("This", "that")]) {
      expect((await handler(pushRequest(body, "0".repeat(64)))).status).toBe(401);
      expect((await handler(pushRequest(body))).status).toBe(200);
    }
    expect(onOtherPush).toHaveBeenCalledTimes(3);
  });

  test("a push with another code: 200, and onOtherPush has it, if there is one", async () => {
    const body = '{"code":3,"data":{"ordersn":"220810QR3G8CTH"}}';
    const { handler, onOtherPush } = setUp();
    expect((await handler(pushRequest(body))).status).toBe(200);
    expect(onOtherPush).toHaveBeenCalledWith(expect.objectContaining({ code: 3, raw: JSON.parse(body) }));
    expect((await setUp({ onOtherPush: undefined }).handler(pushRequest(body))).status).toBe(200);
  });

  test("onOtherPush fails: 500, and onError has it", async () => {
    const error = new Error("The database is away");
    const { handler, onError } = setUp({ onOtherPush: () => Promise.reject(error) });
    expect((await handler(pushRequest('{"code":3}'))).status).toBe(500);
    expect(onError).toHaveBeenCalledExactlyOnceWith(error, expect.objectContaining({ code: 3 }));
  });

  test.each([
    ["body is not JSON", "{"],
    ["data.video_upload_id is missing", '{"code":38,"data":{"status":"SUCCEEDED"}}'],
  ])("genuine, but %s: 200, since it would come back the same, and onError has it", async (message, body) => {
    const { handler, onError, onVideoUpload } = setUp();
    expect((await handler(pushRequest(body))).status).toBe(200);
    expect(onError).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ name: "InvalidInputError" }));
    expect(String(onError.mock.calls[0]![0])).toContain(message);
    expect(onVideoUpload).not.toHaveBeenCalled();
  });

  test("without onError, what went wrong is logged", async () => {
    const log = vi.spyOn(console, "error").mockReturnValue();
    const { handler } = setUp({ onError: undefined });
    await handler(pushRequest("{"));
    expect(log).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ name: "InvalidInputError" }));
    log.mockRestore();
  });
});

test("every answer has an empty body", async () => {
  const { handler, onOtherPush } = setUp({ maxBodySize: 200 });
  onOtherPush.mockRejectedValue(new Error("The database is away"));
  const broken = new ReadableStream({ pull: (controller) => controller.error(new Error("reset")) });
  const post = { method: "POST", duplex: "half" };
  const requests: [number, Request][] = [
    [200, pushRequest(videoUploadPush())],
    [200, pushRequest("{")],
    [200, pushRequest(CONSOLE_TEST)],
    [400, new Request("http://127.0.0.1/", { ...post, body: broken })],
    [401, pushRequest("{}", "")],
    [405, new Request("http://127.0.0.1/")],
    [413, pushRequest(" ".repeat(201))],
    [500, pushRequest('{"code":3}')],
  ];
  for (const [status, request] of requests) {
    const response = await handler(request);
    expect([response.status, response.body, response.headers.get("content-type")]).toEqual([status, null, null]);
  }
});

describe("duplicates", () => {
  test("a push is told once, though it comes again and again", async () => {
    const { handler, onVideoUpload } = setUp();
    for (let i = 0; i < 3; i++) expect((await handler(pushRequest(videoUploadPush()))).status).toBe(200);
    expect(onVideoUpload).toHaveBeenCalledOnce();
  });

  test("another video, another status or another module is another push; the order is as they come", async () => {
    const { handler, onVideoUpload } = setUp();
    const bodies = [
      videoUploadPush({ video_upload_id: "b" }),
      videoUploadPush({ video_upload_id: "a" }),
      videoUploadPush({ video_upload_id: "b", status: "FAILED" }),
      '{"code":38,"timestamp":1,"data":{"video_upload_id":"b","status":"FAILED"}}',
    ];
    for (const body of [...bodies, ...bodies]) await handler(pushRequest(body));

    expect(onVideoUpload.mock.calls.map(([push]) => [push.module, push.videoUploadId, push.status])).toEqual([
      ["media_space", "b", "SUCCEEDED"],
      ["media_space", "a", "SUCCEEDED"],
      ["media_space", "b", "FAILED"],
      ["media", "b", "FAILED"],
    ]);
  });

  test("a callback that throws: 500, the retry is told, and the duplicate after it is not", async () => {
    const { handler, onVideoUpload, onError } = setUp();
    const error = new Error("The database is away");
    onVideoUpload.mockImplementationOnce(() => {
      throw error;
    });
    onVideoUpload.mockRejectedValueOnce(error);

    const statuses = [];
    for (let i = 0; i < 4; i++) statuses.push((await handler(pushRequest(videoUploadPush()))).status);

    expect(statuses).toEqual([500, 500, 200, 200]);
    expect(onVideoUpload).toHaveBeenCalledTimes(3);
    expect(onError).toHaveBeenCalledTimes(2);
    expect(onError).toHaveBeenCalledWith(error, expect.objectContaining({ videoUploadId: "sg_90ce045e_000000" }));
  });
});

describe("a slow callback", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  async function startSlowDelivery(options: Partial<PushHandlerOptions> = {}) {
    const called = Promise.withResolvers<void>();
    const work = Promise.withResolvers<void>();
    const fixture = setUp(options);
    fixture.onVideoUpload.mockImplementation(() => {
      called.resolve();
      return work.promise;
    });
    const settled = vi.fn();
    const answer = fixture.handler(pushRequest(videoUploadPush()));
    void answer.then(settled);
    await called.promise;
    return { ...fixture, answer, settled, work };
  }

  test("gets its 200 after 2.5 s and not before, and runs on", async () => {
    const { answer, settled, work, onError } = await startSlowDelivery();
    await vi.advanceTimersByTimeAsync(2_499);
    expect(settled).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(await statusAndText(await answer)).toEqual([200, ""]);

    work.resolve();
    await vi.runAllTimersAsync();
    expect(onError).not.toHaveBeenCalled();
  });

  test("has less time when the body was slow to come", async () => {
    const body = videoUploadPush();
    const rest = Promise.withResolvers<void>();
    const stream = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new TextEncoder().encode(body.slice(0, 20))),
      async pull(controller) {
        await rest.promise;
        controller.enqueue(new TextEncoder().encode(body.slice(20)));
        controller.close();
      },
    });
    const called = Promise.withResolvers<void>();
    const { handler } = setUp({
      onVideoUpload: () => {
        called.resolve();
        return new Promise(() => {});
      },
    });
    const init = { method: "POST", headers: { authorization: signPush(body) }, body: stream, duplex: "half" as const };
    const settled = vi.fn();
    const answer = handler(new Request("http://127.0.0.1/", init));
    void answer.then(settled);

    await vi.advanceTimersByTimeAsync(2_000);
    rest.resolve();
    await called.promise;
    await vi.advanceTimersByTimeAsync(499);
    expect(settled).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect((await answer).status).toBe(200);
  });

  test("that fails after its 200 is told to onError, and is forgotten", async () => {
    const { handler, answer, work, onError } = await startSlowDelivery();
    await vi.advanceTimersByTimeAsync(2_500);
    expect((await answer).status).toBe(200);
    expect(onError).not.toHaveBeenCalled();

    const error = new Error("The database is away");
    work.reject(error);
    await vi.advanceTimersByTimeAsync(0);
    expect(onError).toHaveBeenCalledExactlyOnceWith(error, expect.objectContaining({ status: "SUCCEEDED" }));

    // The next one is told anew: the callback fails it at once.
    expect((await handler(pushRequest(videoUploadPush()))).status).toBe(500);
    expect(onError).toHaveBeenCalledTimes(2);
  });

  test("is not called again by a duplicate that comes while it runs", async () => {
    const { handler, answer, work, onVideoUpload } = await startSlowDelivery();
    await vi.advanceTimersByTimeAsync(2_500);
    expect((await answer).status).toBe(200);

    const duplicate = handler(pushRequest(videoUploadPush()));
    work.resolve();
    expect((await duplicate).status).toBe(200);
    expect(onVideoUpload).toHaveBeenCalledOnce();
  });

  test("is handed to waitUntil, which never sees it fail", async () => {
    const waitUntil = vi.fn<(work: Promise<void>) => void>();
    const { work } = await startSlowDelivery({ waitUntil });
    expect(waitUntil).toHaveBeenCalledOnce();
    work.reject(new Error("The database is away"));
    await expect(waitUntil.mock.calls[0]![0]).resolves.toBeUndefined();
  });

  test("leaves no timer behind when it was fast after all", async () => {
    const { answer, work } = await startSlowDelivery();
    work.resolve();
    await answer;
    expect(vi.getTimerCount()).toBe(0);
  });
});

test.each([
  ["pushPartnerKey", { pushPartnerKey: "" }],
  ["callbackUrl", { callbackUrl: "shop.example" }],
  ["The maxBodySize must be a whole number from 1, not 0", { maxBodySize: 0 }],
  ["The maxBodySize must be a whole number from 1, not NaN", { maxBodySize: NaN }],
  ["The maxBodySize must be a whole number from 1, not 0.5", { maxBodySize: 0.5 }],
])("%s: refused when the handler is made", (message, wrong) => {
  expect(() => setUp(wrong)).toThrow(message);
  expect(() => setUp(wrong)).toThrow(expect.objectContaining({ name: "InvalidInputError" }));
});

test("a request whose body a parser has read is told so", async () => {
  const request = pushRequest(videoUploadPush());
  await request.json();
  await expect(setUp().handler(request)).rejects.toThrow("let no body parser see it");
});
