import { describe, expect, test, vi } from "vitest";
import { noise } from "../support/bytes.ts";
import { managerFor } from "../support/manager_for.ts";
import { type Answerer, failure, silence, startRecordingServer, success } from "../support/recording_server.ts";
import { settle, until } from "../support/settle.ts";
import { forbidUnhandledRejections, watchSignal } from "../support/watches.ts";

forbidUnhandledRejections();

const PARAMS = { video_upload_id: "sg_1" };

const REASONS: [string, unknown][] = [
  ["an error", new RangeError("The user has left")],
  ["a text", "enough"],
  ["null", null],
  ["the runtime's own reason", undefined],
];

describe.each(REASONS)("with %s", (_, given) => {
  const abort = (controller: AbortController) => {
    controller.abort(given);
    return controller.signal.reason;
  };

  test("abort before the call: nothing is sent, and nobody is asked for a token", async () => {
    const server = await startRecordingServer();
    const controller = new AbortController();
    const reason = abort(controller);
    const accessToken = { get: vi.fn(() => Promise.resolve("token")), refresh: vi.fn() };
    const media = managerFor(server, { accessToken });
    const { error } = await settle(media.cancelVideoUpload(PARAMS, { signal: controller.signal }));
    expect(error).toBe(reason);
    expect(server.requests).toHaveLength(0);
    expect(accessToken.get).not.toHaveBeenCalled();
  });

  test("abort while the server is silent", async () => {
    const server = await startRecordingServer(() => silence);
    const controller = new AbortController();
    const call = settle(managerFor(server).cancelVideoUpload(PARAMS, { signal: controller.signal }));
    await until(() => server.requests.length === 1);
    const reason = abort(controller);
    expect((await call).error).toBe(reason);
  });

  test("abort in the middle of an answer", async () => {
    let begun = false;
    const server = await startRecordingServer(() => (response) => {
      response.write('{"error":', () => begun = true);
    });
    const controller = new AbortController();
    const call = settle(managerFor(server).cancelVideoUpload(PARAMS, { signal: controller.signal }));
    await until(() => begun);
    const reason = abort(controller);
    expect((await call).error).toBe(reason);
  });

  test("abort in the pause before a retry: there is none", async () => {
    const server = await startRecordingServer(() => failure("error_server", "", { headers: { "Retry-After": "10" } }));
    const events: unknown[] = [];
    const media = managerFor(server, { retry: { limit: 3 }, onRequest: (event) => events.push(event) });
    const controller = new AbortController();
    const call = settle(media.cancelVideoUpload(PARAMS, { signal: controller.signal }));
    await until(() => events.length === 1);
    const reason = abort(controller);
    expect((await call).error).toBe(reason);
    expect(server.requests).toHaveLength(1);
  });

  test.each(["get", "refresh"])("abort while a token is waited for (%s)", async (which) => {
    const server = await startRecordingServer(() => failure("invalid_acceess_token"));
    let asked = false;
    const never = () => {
      asked = true;
      return new Promise<string>(() => {});
    };
    const accessToken = { get: which === "get" ? never : () => Promise.resolve("stale"), refresh: never };
    const controller = new AbortController();
    const media = managerFor(server, { accessToken });
    const call = settle(media.cancelVideoUpload(PARAMS, { signal: controller.signal }));
    await until(() => asked);
    const reason = abort(controller);
    expect((await call).error).toBe(reason);
  });
});

test("abort cuts the connection in the middle of a part", async () => {
  const gone = Promise.withResolvers<void>();
  const server = await startRecordingServer(() => (response) => void response.on("close", gone.resolve));
  const controller = new AbortController();
  const part = { ...PARAMS, part_seq: 0, part_md5: "0", part_content: noise(1 << 20) };
  const call = settle(managerFor(server).uploadMediaVideoPart(part, { signal: controller.signal }));
  await until(() => server.requests.length === 1);
  controller.abort(new Error("enough"));
  expect((await call).error).toBe(controller.signal.reason);
  await gone.promise;
});

test("one call that is aborted leaves the others alone", async () => {
  const held = Promise.withResolvers<void>();
  const server = await startRecordingServer(async () => {
    await held.promise;
    return success();
  });
  const media = managerFor(server);
  const controller = new AbortController();
  const aborted = settle(media.cancelVideoUpload(PARAMS, { signal: controller.signal }));
  const other = media.cancelVideoUpload(PARAMS);
  await until(() => server.requests.length === 2);
  controller.abort(new Error("enough"));
  expect((await aborted).error).toBe(controller.signal.reason);
  held.resolve();
  expect((await other).error).toBe("");
});

test("one of two calls that wait for the same refresh may be aborted", async () => {
  const refreshed = Promise.withResolvers<string>();
  let refreshes = 0;
  const accessToken = {
    get: () => Promise.resolve("stale"),
    refresh: () => {
      refreshes++;
      return refreshed.promise;
    },
  };
  const server = await startRecordingServer((_, index) => index < 2 ? failure("invalid_acceess_token") : success());
  const media = managerFor(server, { accessToken });
  const controller = new AbortController();
  const aborted = settle(media.cancelVideoUpload(PARAMS, { signal: controller.signal }));
  const other = media.cancelVideoUpload(PARAMS);
  await until(() => server.requests.length === 2 && refreshes === 1);
  controller.abort(new Error("enough"));
  expect((await aborted).error).toBe(controller.signal.reason);
  refreshed.resolve("fresh");
  expect((await other).error).toBe("");
  expect(refreshes).toBe(1);
});

test.each<[string, Answerer]>([
  ["succeed", () => success()],
  ["fail", () => failure("error_param")],
  ["are retried", (_, index) => index % 2 ? success() : { status: 502, text: "" }],
  ["break", () => (response) => response.destroy()],
  ["need a refresh", (_, index) => index % 2 ? success() : failure("invalid_acceess_token")],
])("calls that %s leave no listener on a signal that lives on", async (_, answer) => {
  const server = await startRecordingServer(answer);
  let tokens = 0;
  const accessToken = { get: () => Promise.resolve(`${tokens}`), refresh: () => Promise.resolve(`${++tokens}`) };
  const media = managerFor(server, { accessToken, retry: { limit: 1, baseDelay: 0 } });
  const { signal, listeners, most } = watchSignal();
  for (let call = 0; call < 20; call++) {
    await settle(media.cancelVideoUpload(PARAMS, { signal }));
    await settle(media.uploadImage({ image: noise(1000) }, { signal }));
  }
  expect(listeners()).toBe(0);
  expect(most()).toBeLessThanOrEqual(5);
});
