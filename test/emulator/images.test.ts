import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createEmulator, type EmulatorApp } from "../../src/emulator/mod.ts";
import { asset } from "./asset.ts";
import { call, md5 } from "./raw_client.ts";

let emulator: EmulatorApp;
let jpeg: Blob;
let png: Blob;
let gif: Blob;
beforeAll(async () => {
  emulator = await createEmulator();
  jpeg = new Blob([await asset("image/ok.jpg")]);
  png = new Blob([await asset("image/ok.png")]);
  gif = new Blob([await asset("image/ok.gif")]);
});
afterAll(() => emulator.close());

/** A JPEG of any size: what follows its end does not count. */
function jpegOf(size: number): Blob {
  return new Blob([jpeg, new Uint8Array(size - jpeg.size)]);
}

async function served(url: string) {
  const response = await emulator.fetch(url);
  return { type: response.headers.get("Content-Type"), md5: md5(await response.bytes()) };
}

describe("media_space", () => {
  const UPLOAD = "media_space/upload_image";

  test("takes a JPEG and a PNG, and serves them as they were sent", async () => {
    const { error, response } = await call(emulator, UPLOAD, { form: { image: [jpeg, png], scene: "desc" } });
    expect(error).toBe("");
    const [first, second] = response.image_info_list;
    expect(response.image_info).toEqual(first.image_info);
    expect([first, second]).toMatchObject([{ id: 0, error: "", message: "" }, { id: 1, error: "", message: "" }]);
    expect(first.image_info.image_id).not.toBe(second.image_info.image_id);
    expect(await served(first.image_info.image_url_list[0].image_url)).toEqual({
      type: "image/jpeg",
      md5: md5(await jpeg.bytes()),
    });
    expect(await served(second.image_info.image_url_list[0].image_url)).toEqual({
      type: "image/png",
      md5: md5(await png.bytes()),
    });
  });

  test("tells an error for each image that it does not take", async () => {
    const cutOff = [jpeg.slice(0, -1), png.slice(0, -1)];
    const images = [gif, jpegOf(10_485_761), jpegOf(10_485_760), new Blob([]), ...cutOff];
    const { error, response } = await call(emulator, UPLOAD, { form: { image: images } });
    expect(error).toBe("");
    expect(response.image_info_list.map((entry: { error: string }) => entry.error)).toEqual([
      "error_param",
      "error_file_size",
      "",
      "error_param",
      "error_param",
      "error_param",
    ]);
    expect(response.image_info).toEqual(response.image_info_list[2].image_info);
    expect(response.image_info_list[0].image_info).toBeUndefined();
  });

  test("takes 1 to 9 images", async () => {
    const upload = (count: number) => call(emulator, UPLOAD, { form: { image: Array(count).fill(png) } });
    expect((await upload(9)).response.image_info_list).toHaveLength(9);
    expect(await upload(10)).toMatchObject({ error: "error_param" });
    expect(await upload(0)).toMatchObject({ error: "error_param" });
  });

  test.each<[Record<string, string>, string]>([
    [{ scene: "normal", ratio: "1:1" }, ""],
    [{ scene: "desc", ratio: "3:4" }, ""],
    [{ scene: "other" }, "error_param"],
    [{ ratio: "4:3" }, "error_param"],
  ])("with %o answers %j", async (fields, error) => {
    expect(await call(emulator, UPLOAD, { form: { image: png, ...fields } })).toMatchObject({ error });
  });
});

describe("media", () => {
  const UPLOAD = "media/upload_image";
  const right = { business: "2", scene: "1" };

  test("takes 1 to 3 images, and serves them as they were sent", async () => {
    const { error, response } = await call(emulator, UPLOAD, { form: { ...right, images: [jpeg, png, png] } });
    expect(error).toBe("");
    expect(response.image_list).toHaveLength(3);
    expect(await served(response.image_list[0].image_url)).toEqual({
      type: "image/jpeg",
      md5: md5(await jpeg.bytes()),
    });
    for (const images of [[], [png, png, png, png]]) {
      expect(await call(emulator, UPLOAD, { form: { ...right, images } })).toMatchObject({ error: "error_param" });
    }
  });

  test("refuses all when it refuses one", async () => {
    const upload = (images: Blob[]) => call(emulator, UPLOAD, { form: { ...right, images } });
    expect(await upload([png, gif])).toMatchObject({ error: "error_param" });
    expect(await upload([png, jpegOf(10_485_761)])).toMatchObject({ error: "error_file_size" });
  });

  test.each([{ business: "3" }, { business: "" }, { scene: "2" }, { scene: "normal" }])(
    "refuses %o",
    async (change) => {
      const answer = await call(emulator, UPLOAD, { form: { ...right, ...change, images: png } });
      expect(answer).toMatchObject({ error: "error_param" });
    },
  );
});
