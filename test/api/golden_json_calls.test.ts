import { expect, test } from "vitest";
import type { MediaManager } from "../../mod.ts";
import { CREDENTIALS, managerFor, sign } from "../support/manager_for.ts";
import { type RecordedRequest, startRecordingServer } from "../support/recording_server.ts";

const ID = "sg_0a1b/2+3=&é";
const MD5 = "0123456789abcdef0123456789abcdef";

/** Section 4 of the contract, line by line: all calls but those that send files. */
const CALLS: {
  name: string;
  call: (media: MediaManager) => Promise<unknown>;
  method: "GET" | "POST";
  path: string;
  type: "Public" | "Shop";
  json?: unknown;
  query?: Record<string, string>;
}[] = [
  {
    name: "media_space.init_video_upload",
    call: (media) => media.initVideoUpload({ file_md5: MD5, file_size: 31_457_280 }),
    method: "POST",
    path: "/api/v2/media_space/init_video_upload",
    type: "Shop",
    json: { file_md5: MD5, file_size: 31_457_280 },
  },
  {
    name: "media_space.complete_video_upload",
    call: (media) =>
      media.completeVideoUpload({
        video_upload_id: ID,
        part_seq_list: [0, 1, 2],
        report_data: { upload_cost: 11832 },
      }),
    method: "POST",
    path: "/api/v2/media_space/complete_video_upload",
    type: "Public",
    json: { video_upload_id: ID, part_seq_list: [0, 1, 2], report_data: { upload_cost: 11832 } },
  },
  {
    name: "media_space.get_video_upload_result",
    call: (media) => media.getVideoUploadResult({ video_upload_id: ID }),
    method: "GET",
    path: "/api/v2/media_space/get_video_upload_result",
    type: "Shop",
    query: { video_upload_id: ID },
  },
  {
    name: "media_space.cancel_video_upload",
    call: (media) => media.cancelVideoUpload({ video_upload_id: ID }),
    method: "POST",
    path: "/api/v2/media_space/cancel_video_upload",
    type: "Shop",
    json: { video_upload_id: ID },
  },
  {
    name: "media.init_video_upload",
    call: (media) =>
      media.initMediaVideoUpload({
        business: 3,
        scene: 1,
        file_name: "Schuhe „neu“ 鞋.mp4",
        file_size: 1_073_741_824,
        duration: 180,
      }),
    method: "POST",
    path: "/api/v2/media/init_video_upload",
    type: "Public",
    json: { business: 3, scene: 1, file_name: "Schuhe „neu“ 鞋.mp4", file_size: 1_073_741_824, duration: 180 },
  },
  {
    name: "media.complete_video_upload",
    call: (media) => media.completeMediaVideoUpload({ video_upload_id: ID }),
    method: "POST",
    path: "/api/v2/media/complete_video_upload",
    type: "Public",
    json: { video_upload_id: ID },
  },
  {
    name: "media.get_video_upload_result",
    call: (media) => media.getMediaVideoUploadResult({ video_upload_id: ID }),
    method: "GET",
    path: "/api/v2/media/get_video_upload_result",
    type: "Public",
    query: { video_upload_id: ID },
  },
  {
    name: "media.cancel_video_upload",
    call: (media) => media.cancelMediaVideoUpload({ video_upload_id: ID }),
    method: "POST",
    path: "/api/v2/media/cancel_video_upload",
    type: "Public",
    json: { video_upload_id: ID },
  },
];

test.each(CALLS)("$name goes out as the contract has it", async ({ call, method, path, type, json, query }) => {
  const before = Math.floor(Date.now() / 1000);
  const server = await startRecordingServer();
  await call(managerFor(server));
  const after = Math.floor(Date.now() / 1000);

  expect(server.requests).toHaveLength(1);
  const request = server.requests[0]!;
  expect(request.method).toBe(method);
  expect(request.path).toBe(path);
  expectSigned(request, { type, query });
  expect(Number(request.query.get("timestamp"))).toBeGreaterThanOrEqual(before);
  expect(Number(request.query.get("timestamp"))).toBeLessThanOrEqual(after);
  if (json === undefined) {
    expect(request.body.length).toBe(0);
    expect(request.headers["content-type"]).toBeUndefined();
    return;
  }
  expect(request.headers["content-type"]).toMatch(/^application\/json(;\s*charset=utf-8)?$/i);
  expect(request.headers["content-length"]).toBe(`${request.body.length}`);
  expect(request.headers["transfer-encoding"]).toBeUndefined();
  expect(JSON.parse(new TextDecoder().decode(request.body))).toStrictEqual(json);
});

test("every Public call works without a shop and a token, and no Shop call does", async () => {
  const server = await startRecordingServer();
  const media = managerFor(server, { shopId: undefined, accessToken: undefined });
  for (const { call, type } of CALLS) {
    if (type === "Public") await call(media);
    else {await expect(call(media)).rejects.toMatchObject({
        name: "InvalidInputError",
        message: expect.stringMatching(/shopId.*accessToken/),
      });}
  }
  expect(server.requests.map(({ path }) => path)).toEqual(
    CALLS.filter(({ type }) => type === "Public").map(({ path }) => path),
  );
});

test("a Shop call without a token source, but with a shop, is refused before anything is sent", async () => {
  const server = await startRecordingServer();
  const calls = [{ shopId: undefined }, { accessToken: undefined }].map((missing) =>
    managerFor(server, missing).cancelVideoUpload({ video_upload_id: ID })
  );
  for (const call of calls) await expect(call).rejects.toMatchObject({ name: "InvalidInputError" });
  expect(server.requests).toHaveLength(0);
});

/** Exactly the query that the contract wants, signed over exactly what it wants signed. */
function expectSigned(
  { query, path }: RecordedRequest,
  { type, query: own = {} }: { type: "Public" | "Shop"; query?: Record<string, string> },
): void {
  const timestamp = query.get("timestamp")!;
  expect(timestamp).toMatch(/^\d{10}$/);
  const { partnerId, partnerKey, accessToken, shopId } = CREDENTIALS;
  const shop = type === "Shop" ? { accessToken, shopId } : {};
  const expected: [string, string][] = [
    ["partner_id", `${partnerId}`],
    ["timestamp", timestamp],
    ["sign", sign({ partnerId, partnerKey, path, timestamp, ...shop })],
    ...(type === "Shop" ? [["access_token", accessToken], ["shop_id", `${shopId}`]] as [string, string][] : []),
    ...Object.entries(own),
  ];
  expect([...query].sort()).toEqual(expected.sort());
}
