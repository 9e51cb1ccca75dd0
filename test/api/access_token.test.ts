import { expect, test, vi } from "vitest";
import { type AccessTokenSource, isShopeeApiError, ShopeeApiError, type ShopeeMediaError } from "../../mod.ts";
import { CREDENTIALS, managerFor, sign } from "../support/manager_for.ts";
import { type Answerer, failure, startRecordingServer, success } from "../support/recording_server.ts";
import { quiet, settle, until } from "../support/settle.ts";
import { forbidUnhandledRejections } from "../support/watches.ts";

forbidUnhandledRejections();

const RETRY = { limit: 2, baseDelay: 0 };
const PARAMS = { video_upload_id: "sg_1" };

/** A source whose token grows by one with each refresh: token-0, token-1, … */
function createSource(): AccessTokenSource & { refresh: ReturnType<typeof vi.fn<AccessTokenSource["refresh"]>> } {
  let token = "token-0";
  return {
    get: () => Promise.resolve(token),
    refresh: vi.fn(async (stale: string) => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      return token = `token-${Number(stale.slice("token-".length)) + 1}`;
    }),
  };
}

/** Refuses every token but one. */
function accepting(token: string, refusal = failure("invalid_acceess_token", "Invalid access_token.")): Answerer {
  return ({ query }) => query.get("access_token") === token ? success({ status: "TRANSCODING" }) : refusal;
}

test.each([
  ["invalid_acceess_token", "There is no access_token in query."],
  ["invalid_access_token", ""],
  ["error_auth", "Invalid access_token."],
])("a token refused with %s is refreshed, and the call signed again", async (code, message) => {
  const server = await startRecordingServer(accepting("token-1", failure(code, message, { status: 403 })));
  const source = createSource();
  const media = managerFor(server, { accessToken: source, retry: RETRY });
  await media.getVideoUploadResult(PARAMS);

  expect(source.refresh.mock.calls).toEqual([["token-0"]]);
  expect(server.requests).toHaveLength(2);
  server.requests.forEach(({ path, query }, index) => {
    const accessToken = `token-${index}`;
    expect(query.get("access_token")).toBe(accessToken);
    const { partnerId, partnerKey, shopId } = CREDENTIALS;
    const timestamp = query.get("timestamp")!;
    expect(query.get("sign")).toBe(sign({ partnerId, partnerKey, path, timestamp, accessToken, shopId }));
  });
});

test("one refresh serves eight calls at once", async () => {
  const server = await startRecordingServer(accepting("token-1"));
  const source = createSource();
  const media = managerFor(server, { accessToken: source, retry: RETRY });
  const answers = await Promise.all(Array.from({ length: 8 }, () => media.getVideoUploadResult(PARAMS)));
  expect(answers.map(({ response }) => response.status)).toEqual(Array(8).fill("TRANSCODING"));
  expect(source.refresh).toHaveBeenCalledTimes(1);
  expect(server.requests).toHaveLength(16);
});

test("a call whose refusal comes in late uses the refresh that has been", async () => {
  const late = Promise.withResolvers<void>();
  const server = await startRecordingServer(async (request, index) => {
    if (index === 0) await late.promise;
    return accepting("token-1")(request, index);
  });
  const source = createSource();
  const media = managerFor(server, { accessToken: source, retry: RETRY });
  const first = media.getVideoUploadResult(PARAMS);
  await vi.waitFor(() => expect(server.requests).toHaveLength(1));
  await media.getVideoUploadResult(PARAMS);
  late.resolve();
  await first;
  expect(source.refresh).toHaveBeenCalledTimes(1);
});

test("every token that goes stale is refreshed, one after the other", async () => {
  let right = "token-1";
  const server = await startRecordingServer((request, index) => accepting(right)(request, index));
  const source = createSource();
  const media = managerFor(server, { accessToken: source, retry: RETRY });
  await media.getVideoUploadResult(PARAMS);
  right = "token-2";
  await media.getVideoUploadResult(PARAMS);
  expect(source.refresh.mock.calls).toEqual([["token-0"], ["token-1"]]);
});

test("a fresh token that is refused, too, ends the call", async () => {
  const server = await startRecordingServer(accepting("none"));
  const source = createSource();
  const media = managerFor(server, { accessToken: source, retry: RETRY });
  await expect(media.getVideoUploadResult(PARAMS)).rejects.toMatchObject({ code: "invalid_acceess_token" });
  expect(source.refresh).toHaveBeenCalledTimes(1);
  expect(server.requests).toHaveLength(2);
});

test("a token that is a mere string cannot be refreshed, so its refusal is final", async () => {
  const server = await startRecordingServer(accepting("none"));
  const media = managerFor(server, { retry: RETRY });
  await expect(media.getVideoUploadResult(PARAMS)).rejects.toMatchObject({ code: "invalid_acceess_token" });
  expect(server.requests).toHaveLength(1);
});

test.each<[string, Error, Record<string, unknown>]>([
  ["an error of its own", new Error("The token store is down"), { name: "ShopeeMediaError", retryable: false }],
  [
    "an error of Shopee's",
    new ShopeeApiError("Cannot refresh the access token", {
      ...{
        code: "error_server",
        kind: "transient",
        requestId: "r",
        status: 200,
        endpoint: "/refresh",
        retryable: true,
      },
      cause: new Error("why"),
    }),
    {
      name: "ShopeeApiError",
      code: "error_server",
      requestId: "r",
      status: 200,
      endpoint: "/refresh",
      retryable: true,
    },
  ],
])(
  "a refresh that fails with %s fails each call that waited with an object of its own",
  async (_, broken, expected) => {
    const server = await startRecordingServer(accepting("token-1"));
    const source = createSource();
    let answers = 0;
    source.refresh.mockImplementationOnce(async () => {
      // Until all have been refused, and have come to wait for it.
      await until(() => answers === 3);
      await quiet();
      throw broken;
    });
    const media = managerFor(server, {
      accessToken: source,
      retry: RETRY,
      async fetch(input, init) {
        const response = await fetch(input, init);
        const body = await response.arrayBuffer();
        answers += 1;
        return new Response(body, response);
      },
    });
    const failed = await Promise.all(Array.from({ length: 3 }, () => settle(media.getVideoUploadResult(PARAMS))));
    const errors = failed.map(({ error }) => error as ShopeeMediaError);
    expect(source.refresh).toHaveBeenCalledTimes(1);
    expect(new Set(errors).size).toBe(3);
    for (const error of errors) {
      expect(error).not.toBe(broken);
      expect(error).toMatchObject(expected);
      expect(error.constructor.name).toBe(expected.name);
      expect(error.cause).toBe(isShopeeApiError(broken) ? broken.cause : broken);
    }
    // The next call tries again.
    await media.getVideoUploadResult(PARAMS);
    expect(server.requests.at(-1)!.query.get("access_token")).toBe("token-1");
  },
);

test("a source may answer with plain values, and throw at once", async () => {
  const server = await startRecordingServer(accepting("token-1"));
  const source: AccessTokenSource = { get: () => "token-0", refresh: () => "token-1" };
  const media = managerFor(server, { accessToken: source, retry: RETRY });
  source.refresh = () => {
    source.get = () => "token-1";
    return "token-1";
  };
  expect((await media.getVideoUploadResult(PARAMS)).response.status).toBe("TRANSCODING");
  source.get = () => {
    throw new Error("The token store is down");
  };
  await expect(media.getVideoUploadResult(PARAMS)).rejects.toThrow("The token store is down");
});

test.each([undefined, null, 17, "", {}])("a token that is %j is refused before anything is sent", async (token) => {
  const server = await startRecordingServer();
  const source = { get: () => token as string, refresh: () => "token-1" };
  await expect(managerFor(server, { accessToken: source }).getVideoUploadResult(PARAMS)).rejects
    .toMatchObject({ name: "InvalidInputError", message: expect.stringContaining("access token must be a string") });
  expect(server.requests).toHaveLength(0);
});

test("a source that has no token fails the call with its own error, and nothing is sent", async () => {
  const server = await startRecordingServer();
  const broken = new Error("The token store is down");
  const accessToken = { get: () => Promise.reject(broken), refresh: () => Promise.reject(broken) };
  const { error } = await settle(managerFor(server, { accessToken }).getVideoUploadResult(PARAMS));
  expect(error).toBe(broken);
  expect(server.requests).toHaveLength(0);
});

test("the token is asked for anew for each attempt", async () => {
  let count = 0;
  const accessToken = { get: () => Promise.resolve(`token-${count++}`), refresh: () => Promise.reject(new Error()) };
  const server = await startRecordingServer((_, index) =>
    index === 0 ? failure("error_server") : success({ status: "INITIATED" })
  );
  await managerFor(server, { accessToken, retry: RETRY }).getVideoUploadResult(PARAMS);
  expect(server.requests.map(({ query }) => query.get("access_token"))).toEqual(["token-0", "token-1"]);
});

test("a Public call never asks for a token", async () => {
  const server = await startRecordingServer(() => failure("invalid_acceess_token"));
  const source = { get: vi.fn(), refresh: vi.fn() };
  const media = managerFor(server, { accessToken: source, retry: RETRY });
  await expect(media.completeMediaVideoUpload(PARAMS)).rejects.toMatchObject({ code: "invalid_acceess_token" });
  expect(source.get).not.toHaveBeenCalled();
  expect(source.refresh).not.toHaveBeenCalled();
});
