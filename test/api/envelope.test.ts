import { expect, test } from "vitest";
import { isShopeeApiError, isShopeeMediaError, ShopeeApiError } from "../../mod.ts";
import { forbidUnhandledRejections } from "../support/watches.ts";
import { managerFor } from "../support/manager_for.ts";
import { failure, inTurn, startRecordingServer, success } from "../support/recording_server.ts";
import { settle } from "../support/settle.ts";

forbidUnhandledRejections();

const ID = "sg_1";

test("an answer comes back whole, with its warning and with fields nobody knows", async () => {
  const envelope = {
    error: "",
    message: "",
    warning: "This API will be retired",
    request_id: "b937c04e554847789cbf3fe33a0ad5f1",
    response: {
      status: "DREAMING",
      message: "",
      novelty: { deep: [1, "two", null] },
      video_info: { video_url_list: [], thumbnail_url_list: [], duration: 12, codec: "vvc" },
    },
    trace: { zone: "sg-2" },
  };
  const server = await startRecordingServer(() => ({ json: envelope }));
  expect(await managerFor(server).getVideoUploadResult({ video_upload_id: ID })).toStrictEqual(envelope);
});

test("an answer without a response is whole, too", async () => {
  const server = await startRecordingServer(() => success());
  const answer = await managerFor(server).cancelVideoUpload({ video_upload_id: ID });
  expect(answer).toStrictEqual({ error: "", message: "", request_id: "request-0" });
});

test("the error field decides: an empty one is success at HTTP 500, too", async () => {
  const envelope = { error: "", message: "", request_id: "r", response: { video_upload_id: ID } };
  const server = await startRecordingServer(() => ({ status: 500, json: envelope }));
  expect(await managerFor(server).initVideoUpload({ file_md5: "0", file_size: 1 })).toStrictEqual(envelope);
});

test.each([200, 400, 403, 429, 500])("an error at HTTP %d is a ShopeeApiError that tells all", async (status) => {
  const server = await startRecordingServer(() => failure("error_file_size", "File is too large.", { status }));
  const media = managerFor(server, { retry: { limit: 3, baseDelay: 0 } });
  const { error } = await settle(media.initVideoUpload({ file_md5: "0", file_size: 1 }));
  expect(error).toBeInstanceOf(ShopeeApiError);
  expect(isShopeeApiError(error) && isShopeeMediaError(error)).toBe(true);
  expect(error).toMatchObject({
    name: "ShopeeApiError",
    code: "error_file_size",
    requestId: "request-1",
    endpoint: "/api/v2/media_space/init_video_upload",
    status,
  });
  expect((error as Error).message).toMatch(/File is too large.*error_file_size/);
  expect((error as Error).message).not.toMatch(/\.$/);
  expect(server.requests).toHaveLength(1);
});

test("an error message follows the grammar of the house", async () => {
  const server = await startRecordingServer(() => failure("error_invalid_upload_id", "upload_id is invalid."));
  const part = { video_upload_id: ID, part_seq: 3, part_content: new Uint8Array(1) };
  const media = managerFor(server);
  const message = "Cannot upload part 3: the session is unknown to Shopee (error_invalid_upload_id)";
  await expect(media.uploadVideoPart({ ...part, content_md5: "0" })).rejects.toMatchObject({ message });
  await expect(media.uploadMediaVideoPart({ ...part, part_md5: "0" })).rejects.toMatchObject({ message });
});

test("an error without message and request id is still one", async () => {
  const server = await startRecordingServer(() => ({ json: { error: "error_new_kind" } }));
  await expect(managerFor(server).cancelVideoUpload({ video_upload_id: ID })).rejects.toMatchObject({
    name: "ShopeeApiError",
    code: "error_new_kind",
    requestId: "",
    message: expect.stringMatching(/^Cannot cancel the upload sg_1: .+ \(error_new_kind\)$/),
  });
});

test.each<[string, { status?: number; text: string; headers?: Record<string, string> }]>([
  ["HTML", { status: 502, text: "<html><h1>502 Bad Gateway</h1></html>", headers: { "Content-Type": "text/html" } }],
  ["HTML with HTTP 200", { status: 200, text: "<!doctype html><p>Please log in to the Wi-Fi" }],
  ["nothing", { status: 200, text: "" }],
  ["nothing with HTTP 408", { status: 408, text: "" }],
  ["nothing with HTTP 503", { status: 503, text: "" }],
  ["a body cut short", { status: 200, text: '{"error":"","message":"","request_id":"b937c04e5548477' }],
  ["JSON null", { text: "null" }],
  ["a JSON text", { text: '"error"' }],
  ["a JSON array", { text: '["error"]' }],
  ["JSON without error", { status: 404, text: '{"message":"no Route matched with those values"}' }],
  ["an error that cannot be read", { text: '{"error":{"code":17},"message":""}' }],
])("%s is tried again, and then a TransportError", async (_, reply) => {
  const server = await startRecordingServer(() => reply);
  const media = managerFor(server, { retry: { limit: 2, baseDelay: 0 } });
  await expect(media.initVideoUpload({ file_md5: "0", file_size: 1 })).rejects.toMatchObject({
    name: "TransportError",
    endpoint: "/api/v2/media_space/init_video_upload",
    status: reply.status ?? 200,
    message: expect.stringMatching(/^Cannot open an upload session: .*[^.]$/),
  });
  expect(server.requests).toHaveLength(3);
});

test("an answer of 30 MB is no answer of Shopee's, and is not read to its end", async () => {
  let sent = 0;
  const chunk = Buffer.alloc(1 << 20, "x");
  const server = await startRecordingServer(() => (response) => {
    const write = () => {
      while (sent < 30) {
        sent++;
        if (!response.write(chunk)) return response.once("drain", write);
      }
      response.end();
    };
    write();
  });
  await expect(managerFor(server).cancelVideoUpload({ video_upload_id: ID })).rejects
    .toMatchObject({ name: "TransportError" });
  expect(sent).toBeLessThan(30);
});

test("an answer in UTF-8 that the network cuts inside a character is put together again", async () => {
  const bytes = Buffer.from(JSON.stringify({ error: "", message: "很好 👍", request_id: "r" }));
  const server = await startRecordingServer(() => async (response) => {
    for (const byte of bytes) {
      response.write(Uint8Array.of(byte));
      await new Promise((resolve) => setImmediate(resolve));
    }
    response.end();
  });
  const { message } = await managerFor(server).cancelVideoUpload({ video_upload_id: ID });
  expect(message).toBe("很好 👍");
});

test("an answer that is lost halfway is asked for again", async () => {
  const server = await startRecordingServer(inTurn(
    (response) => {
      response.writeHead(200, { "Content-Length": "1000" });
      response.write('{"error":"","message"', () => response.destroy());
    },
    success(),
  ));
  const media = managerFor(server, { retry: { limit: 1, baseDelay: 0 } });
  expect(await media.cancelVideoUpload({ video_upload_id: ID })).toMatchObject({ error: "" });
  expect(server.requests).toHaveLength(2);
});
