import { describe, expect, test } from "vitest";
import {
  IMAGES_RESPONSE,
  INIT_RESPONSE,
  MEDIA_IMAGES_RESPONSE,
  MEDIA_RESULT_RESPONSE,
  RESULT_RESPONSE,
} from "../../src/api/response_shapes.ts";

const NO_IDS = [undefined, null, "", " ", 0, -1, 1.5, 2 ** 53, 2 ** 64, true, {}, ["sg_1"]];

describe("init_video_upload", () => {
  const { read } = INIT_RESPONSE;

  test.each(NO_IDS)("%j is no id", (video_upload_id) => expect(read({ video_upload_id })).toBeUndefined());

  test.each([["sg_1", "sg_1"], [17, "17"], [2 ** 53 - 1, "9007199254740991"], ["constructor", "constructor"]])(
    "the id %j is %j",
    (video_upload_id, id) => expect(read({ video_upload_id })).toStrictEqual({ video_upload_id: id }),
  );

  test.each([undefined, 0, -1, 0.5, "10485760", 2 ** 40, null, {}])("a part_size of %j stays", (part_size) => {
    expect(read({ video_upload_id: "sg_1", part_size, more: 1 }))
      .toStrictEqual({ video_upload_id: "sg_1", part_size, more: 1 });
  });
});

describe.each([["media_space", RESULT_RESPONSE], ["media", MEDIA_RESULT_RESPONSE]])("result of %s", (_, { read }) => {
  test.each([undefined, null, "", {}, [], true])(
    "%j is no status",
    (status) => expect(read({ status })).toBeUndefined(),
  );

  test.each([["SUCCEEDED", "SUCCEEDED"], ["DREAMING", "DREAMING"], ["__proto__", "__proto__"], [3, "3"]])(
    "the status %j is kept as %j, with a video or without",
    (status, kept) => {
      expect(read({ status })).toStrictEqual({ status: kept });
      for (const video_info of [null, "no", [], {}, [{}], 17]) {
        expect(read({ status, video_info })).toStrictEqual({ status: kept });
      }
    },
  );

  test("what ought to be a text or a number and cannot be one is left out", () => {
    const odd = { message: ["no"], reason: {}, update_time: "soon", more: null };
    expect(read({ status: "FAILED", ...odd })).toStrictEqual({ status: "FAILED", more: null });
    const well = { message: "Video is too short", reason: "why", update_time: 1_700_000_000 };
    expect(read({ status: "FAILED", ...well, update_time: "1700000000" })).toStrictEqual({ status: "FAILED", ...well });
  });
});

describe("video_info of media_space", () => {
  const info = (video_info: unknown) => RESULT_RESPONSE.read({ status: "SUCCEEDED", video_info })!.video_info;
  const VIDEO = { video_url_region: "SG", video_url: "https://v/1" };
  const IMAGE = { image_url_region: "SG", image_url: "https://i/1" };

  test("one that is whole stays as it is", () => {
    const whole = { video_url_list: [VIDEO], thumbnail_url_list: [IMAGE], duration: 12, codec: "vvc" };
    expect(info(whole)).toStrictEqual(whole);
  });

  test.each([null, undefined, "no", {}, { length: 2 }, 17])("a list that is %j is empty", (list) => {
    expect(info({ video_url_list: [VIDEO], thumbnail_url_list: list, duration: 12 }))
      .toStrictEqual({ video_url_list: [VIDEO], thumbnail_url_list: [], duration: 12 });
    expect(info({ video_url_list: list, thumbnail_url_list: [IMAGE], duration: "12" }))
      .toStrictEqual({ video_url_list: [], thumbnail_url_list: [IMAGE], duration: 12 });
  });

  test("entries without a URL are left out, and a region that is missing is empty", () => {
    const video_url_list = [null, VIDEO, {}, [], "https://v/2", { video_url: "" }, {
      video_url: "https://v/3",
      kbps: 1,
    }];
    expect(info({ video_url_list, thumbnail_url_list: [null, IMAGE] })).toStrictEqual({
      video_url_list: [VIDEO, { video_url: "https://v/3", video_url_region: "", kbps: 1 }],
      thumbnail_url_list: [IMAGE],
      duration: 0,
    });
  });

  test.each([{ video_url_list: null, thumbnail_url_list: null, duration: 0 }, { video_url_list: [null] }, {
    codec: "",
  }])(
    "%j tells nothing of a video",
    (nothing) => expect(info(nothing)).toBeUndefined(),
  );
});

describe("video_info of media", () => {
  const info = (video_info: unknown) => MEDIA_RESULT_RESPONSE.read({ status: "SUCCEEDED", video_info })!.video_info;

  test("one that is whole stays as it is", () => {
    const whole = {
      ...{ video_url: "https://v/1", video_thumbnail_url: "https://i/1", thumbnail_width: 960, thumbnail_height: 540 },
      ...{ duration: 12, resolution: "960x540", codec: "vvc" },
    };
    expect(info(whole)).toStrictEqual(whole);
  });

  test("what is missing or odd in it has the type that is promised", () => {
    expect(info({ video_url: "https://v/1", thumbnail_width: "960", duration: null, resolution: 5 })).toStrictEqual({
      ...{ video_url: "https://v/1", video_thumbnail_url: "", thumbnail_width: 960, thumbnail_height: 0 },
      ...{ duration: 0, resolution: "5" },
    });
  });

  test.each([{ video_url: "" }, { video_url: null, duration: 12 }, { video_url: ["https://v/1"] }])(
    "%j is no video",
    (nothing) => expect(info(nothing)).toBeUndefined(),
  );
});

describe("upload_image of media_space", () => {
  const { read } = IMAGES_RESPONSE;
  const list = (...image_info_list: unknown[]) => read({ image_info_list })?.image_info_list;
  const image = (image_id: unknown, urls: unknown = []) => ({ image_info: { image_id, image_url_list: urls } });
  const entry = (id: number, image_id: string) => ({ id, error: "", message: "", ...image(image_id) });

  test("one that is whole stays as it is", () => {
    const url = { image_url_region: "SG", image_url: "https://i/1", more: 1 };
    const whole = {
      image_info: { image_id: "a", image_url_list: [url] },
      image_info_list: [{ id: 0, error: "", message: "", ...image("a", [url]) }, { id: 1, error: "e", message: "m" }],
      more: 2,
    };
    expect(read(whole)).toStrictEqual(whole);
  });

  test.each([["-"], [null], [undefined], [0]])("an entry whose error is %j is well", (error) => {
    expect(list({ id: 0, error, ...image("a") })).toStrictEqual([entry(0, "a")]);
  });

  test("an error has no image, and what has no id of an image has none either", () => {
    expect(list({ id: 0, error: "e", message: null, ...image("a") }, { id: 1, error: 5, ...image("b") }))
      .toStrictEqual([{ id: 0, error: "e", message: "" }, { id: 1, error: "5", message: "" }]);
    for (const id of NO_IDS) {
      expect(list({ id: 0, ...image(id) }, { id: 1, ...image("b") }))
        .toStrictEqual([{ id: 0, error: "", message: "" }, entry(1, "b")]);
    }
  });

  test("ids that are numbers are texts, and places that are texts are numbers", () => {
    expect(list({ id: "1", ...image(42) })).toStrictEqual([entry(1, "42")]);
  });

  test.each([null, undefined, "x", -1, 0.5, {}, [], 2 ** 53])("an entry for the place %j is nobody's", (id) => {
    expect(list({ id, ...image("a") }, { id: 1, ...image("b") })).toStrictEqual([entry(1, "b")]);
  });

  test("of two entries for one place nobody can tell which is right", () => {
    expect(list({ id: 0, ...image("a") }, { id: 0, ...image("b") }, { id: 1, ...image("c") }))
      .toStrictEqual([entry(1, "c")]);
  });

  test("entries that are none are left out", () => {
    expect(list(null, "no", [], { id: 1, ...image("b") }, { id: 2, error: {} })).toStrictEqual([entry(1, "b")]);
  });

  test.each([undefined, null, "no", {}, [], [null]])(
    "without a list (%j), the first image stands in its old place",
    (none) => {
      const image_info = { image_id: "a", image_url_list: [] };
      expect(read({ image_info, image_info_list: none })).toStrictEqual({
        image_info,
        image_info_list: [entry(0, "a")],
      });
      expect(read({ image_info: null, image_info_list: none })).toBeUndefined();
    },
  );

  test("entries that say nothing at all are no answer", () => {
    expect(list({ id: 0 }, { id: 1, error: "" })).toBeUndefined();
  });
});

describe("upload_image of media", () => {
  const list = (image_list: unknown) => MEDIA_IMAGES_RESPONSE.read({ image_list })?.image_list;

  test("one that is whole stays as it is, and what is missing has the type that is promised", () => {
    const whole = [{ image_id: "a", image_url: "https://i/1", more: 1 }];
    expect(list(whole)).toStrictEqual(whole);
    expect(list([{ image_id: 42 }, { image_id: "b", image_url: null }]))
      .toStrictEqual([{ image_id: "42", image_url: "" }, { image_id: "b", image_url: "" }]);
  });

  test.each([undefined, null, "no", {}, []])("%j is no list", (none) => expect(list(none)).toBeUndefined());

  test.each([null, undefined, "a", [], {}, ...NO_IDS.map((image_id) => ({ image_id }))])(
    "with %j in it, nobody knows whose the other ids are",
    (odd) => expect(list([{ image_id: "a" }, odd, { image_id: "c" }])).toBeUndefined(),
  );
});
