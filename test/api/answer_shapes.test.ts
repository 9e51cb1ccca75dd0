import fc from "fast-check";
import { expect, test } from "vitest";
import { isShopeeMediaError } from "../../mod.ts";
import type { EndpointName } from "../../src/platform/endpoints.ts";
import { answerFetch } from "../support/answer_fetch.ts";
import { CALL_NAMES, EVERY_CALL } from "../support/every_call.ts";
import { managerFor } from "../support/manager_for.ts";
import { settle } from "../support/settle.ts";
import { isFull } from "../support/full.ts";

type Json = Record<string, unknown>;

/** Anything that JSON can hold, the odd ones among them often enough. */
const anything = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom<unknown>(null, 0, -1, 17, 1.5, 2 ** 53, 2 ** 64, true, false, "", "-", "0", "a", [], [null], {}, [
    {},
  ]),
);
/** Mostly right, so that what lies deeper is met, too; at times anything, at times nothing. */
const mostly = (right: fc.Arbitrary<unknown>) =>
  fc.oneof({ weight: 4, arbitrary: right }, { weight: 1, arbitrary: anything }, {
    weight: 1,
    arbitrary: fc.constant(undefined),
  });
const fields = (shape: Record<string, fc.Arbitrary<unknown>>) =>
  mostly(
    fc.tuple(fc.record(shape), fc.dictionary(fc.string(), anything, { maxKeys: 2 })).map(([own, odd]) => ({
      ...odd,
      ...own,
    })),
  );
const list = (entry: fc.Arbitrary<unknown>) => mostly(fc.array(entry, { maxLength: 3 }));
const id = mostly(fc.constantFrom<unknown>("sg_1", 42, "__proto__"));
const text = mostly(fc.constantFrom("", "success", "x"));
const code = mostly(fc.constantFrom<unknown>("", "-", null, 0, "error_param", "product.error_server", "constructor"));
const number = mostly(fc.constantFrom<unknown>(0, 12, "12"));

const image = fields({
  image_id: id,
  image_url_list: list(fields({ image_url_region: text, image_url: text })),
});
const response = fields({
  video_upload_id: id,
  part_size: number,
  status: mostly(fc.constantFrom("SUCCEEDED", "FAILED", "DREAMING")),
  message: text,
  reason: text,
  update_time: number,
  video_info: fields({
    video_url_list: list(fields({ video_url_region: text, video_url: text })),
    thumbnail_url_list: list(fields({ image_url_region: text, image_url: text })),
    ...{ video_url: text, video_thumbnail_url: text, duration: number, resolution: text },
  }),
  image_info: image,
  image_info_list: list(
    fields({ id: mostly(fc.constantFrom<unknown>(0, 1, 2, "1")), error: code, message: text, image_info: image }),
  ),
  image_list: fc.oneof(
    list(fields({ image_id: id, image_url: text })),
    fc.constant([{ image_id: "sg-1", image_url: "https://i/1" }, { image_id: 42 }]),
  ),
});
const envelope = fields({
  error: code,
  message: text,
  msg: text,
  code: number,
  warning: text,
  request_id: id,
  response,
});
const body = fc.oneof(
  { weight: 9, arbitrary: envelope.map((value) => JSON.stringify(value) ?? "") },
  { weight: 1, arbitrary: fc.string() },
);

/** What an answer has to have been, to be called a success. Written from the contract, not from the code. */
function expectSuccess(name: EndpointName, envelope: Json, { raw, status }: { raw: Json; status: number }): void {
  expect(envelope).toMatchObject({ error: "", message: expect.any(String), request_id: expect.any(String) });
  if (raw.error !== "" && raw.error !== "-") {
    expect([undefined, null, 0]).toContain(raw.error);
    expect(status).toBe(200);
    expect("request_id" in raw || "response" in raw).toBe(true);
  }
  CHECKS[name]?.(envelope.response as Json, raw.response as Json);
}

const isId = (value: unknown) => typeof value === "string" && value !== "";
/** A number beyond 2^53 is no id. */
const isSameId = (id: unknown, raw: unknown) =>
  isId(id) && id === `${raw}` && (typeof raw !== "number" || Number.isSafeInteger(raw));

function checkInit(response: Json, raw: Json): void {
  expect(isSameId(response.video_upload_id, raw.video_upload_id)).toBe(true);
  expect(response.part_size).toEqual(raw.part_size);
}

function checkUrls(value: unknown, url: string): void {
  expect(Array.isArray(value)).toBe(true);
  for (const entry of value as Json[]) {
    expect(isId(entry[url])).toBe(true);
    expect(typeof entry[`${url}_region`]).toBe("string");
  }
}

function checkImage({ image_id, image_url_list }: Json): void {
  expect(isId(image_id)).toBe(true);
  checkUrls(image_url_list, "image_url");
}

const CHECKS: Partial<Record<EndpointName, (response: Json, raw: Json) => void>> = {
  initVideoUpload: checkInit,
  initMediaVideoUpload: checkInit,
  getVideoUploadResult({ status, video_info }, raw) {
    expect(status).toBe(`${raw.status}`);
    if (video_info === undefined) return;
    const { video_url_list, thumbnail_url_list, duration } = video_info as Json;
    checkUrls(video_url_list, "video_url");
    checkUrls(thumbnail_url_list, "image_url");
    expect(Number.isFinite(duration)).toBe(true);
  },
  getMediaVideoUploadResult({ status, video_info }, raw) {
    expect(status).toBe(`${raw.status}`);
    if (video_info !== undefined) expect(isId((video_info as Json).video_url)).toBe(true);
  },
  uploadImage({ image_info, image_info_list }) {
    if (image_info !== undefined) checkImage(image_info as Json);
    const entries = image_info_list as Json[];
    expect(new Set(entries.map(({ id }) => id)).size).toBe(entries.length);
    // Were there none at all, nothing would have been said.
    expect(entries.some(({ error, image_info }) => error || image_info)).toBe(true);
    for (const { id, error, image_info } of entries) {
      expect(Number.isSafeInteger(id)).toBe(true);
      expect(typeof error).toBe("string");
      if (image_info === undefined) continue;
      expect(error).toBe("");
      checkImage(image_info as Json);
    }
  },
  uploadMediaImage({ image_list }, raw) {
    const images = image_list as Json[];
    expect(images.length).toBe((raw.image_list as unknown[]).length);
    images.forEach(({ image_id, image_url }, index) => {
      expect(isSameId(image_id, (raw.image_list as Json[])[index]!.image_id)).toBe(true);
      expect(typeof image_url).toBe("string");
    });
  },
};

test.each(CALL_NAMES)("whatever is answered to %s, it is a whole answer or a typed error", async (name) => {
  let successes = 0;
  await fc.assert(
    fc.asyncProperty(body, fc.constantFrom(200, 200, 200, 403, 429, 500), async (body, status) => {
      const { fetch } = answerFetch(() => ({ status, body }));
      const media = managerFor({ url: "https://shopee.test" }, { fetch });
      const { value, error } = await settle(EVERY_CALL[name](media));
      if (error !== undefined) {
        expect(isShopeeMediaError(error), `${error}`).toBe(true);
        expect((error as Error).message).toMatch(/^Cannot [^]+[^.]$/);
        return;
      }
      successes++;
      expectSuccess(name, value as Json, { raw: JSON.parse(body), status });
    }),
    { numRuns: isFull ? 600 : 200 },
  );
  // Else nothing was looked at.
  expect(successes).toBeGreaterThan(0);
});
