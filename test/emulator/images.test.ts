import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createEmulator, type EmulatorApp } from "../../src/emulator/mod.ts";
import { readAsset } from "../support/files.ts";
import { call, md5 } from "./raw_client.ts";
import { DIALECTS, refused } from "./refused.ts";
import { pngOf } from "./png_of.ts";

let emulator: EmulatorApp;
let jpeg: Blob;
let png: Blob;
let gif: Blob;
describe.each(DIALECTS)("in the dialect %s", (dialect) => {
  beforeAll(async () => {
    emulator = await createEmulator({ dialect });
    jpeg = new Blob([await readAsset("image/ok.jpg")]);
    png = new Blob([await readAsset("image/ok.png")]);
    gif = new Blob([await readAsset("image/ok.gif")]);
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

    if (dialect === "reference") {
      test("tells an error for each image that it does not take", async () => {
        const cutOff = [jpeg.slice(0, -1), png.slice(0, -20)];
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
    }

    test("tells an error for the one image that is too large", async () => {
      const images = [png, jpegOf(10_485_761), jpegOf(10_485_760)];
      const { error, response } = await call(emulator, UPLOAD, { form: { image: images } });
      expect(error).toBe("");
      const tooLarge = dialect === "samples" ? "product.error_file_size" : "error_file_size";
      expect(response.image_info_list.map((entry: { error: string }) => entry.error)).toEqual(["", tooLarge, ""]);
      expect(response.image_info_list[1].image_info).toBeUndefined();
    });

    const refusing: [string, () => Blob | Promise<Blob>, string][] = [
      ["a GIF", () => gif, "unknownImageFormat"],
      ["a WebP", async () => new Blob([await readAsset("image/lossy.webp")]), "unknownImageFormat"],
      ["nothing", () => new Blob([]), "unknownImageFormat"],
      ["a JPEG that is cut off", () => jpeg.slice(0, -1), "damagedImage"],
      ["a PNG that is cut off", () => png.slice(0, -20), "damagedImage"],
      ["a PNG of 1 x 1", () => pngOf(1, 1), "tinyImage"],
      ["a PNG of 16 x 200", () => pngOf(16, 200), "tinyImage"],
      ["a PNG of 200 x 16", () => pngOf(200, 16), "tinyImage"],
    ];
    if (dialect === "samples") {
      test.each(refusing)(
        "refuses the whole call for %s in the midst of good images, and keeps none",
        async (_, bad, reason) => {
          const sent = call(emulator, UPLOAD, { form: { image: [png, await bad(), jpeg] } });
          expect(await sent).toMatchObject({
            status: 200,
            error: "product.error_param",
            message: "image is invalid or not supported",
          });
          expect((await sent).response).toBeUndefined();
          expect(await refused(emulator, sent)).toBe(reason);
        },
      );
    }

    test("takes a picture of 17 x 17", async () => {
      const { response } = await call(emulator, UPLOAD, { form: { image: pngOf(17, 17) } });
      expect(response.image_info_list).toMatchObject([{ error: "" }]);
    });

    if (dialect === "reference") {
      test("takes a picture of any size", async () => {
        const { response } = await call(emulator, UPLOAD, { form: { image: pngOf(1, 1) } });
        expect(response.image_info_list).toMatchObject([{ error: "" }]);
      });
    }

    test("takes up to 9 images, or less than 9", async () => {
      const upload = (count: number) => call(emulator, UPLOAD, { form: { image: Array(count).fill(png) } });
      const most = dialect === "samples" ? 8 : 9;
      expect((await upload(most)).response.image_info_list).toHaveLength(most);
      expect(await refused(emulator, upload(most + 1))).toBe("tooManyImages");
      expect(await refused(emulator, upload(0))).toBe("noImage");
    });

    test.each<[Record<string, string>, string]>([
      [{ scene: "normal", ratio: "1:1" }, ""],
      [{ scene: "desc", ratio: "3:4" }, ""],
      [{ scene: "other" }, "wrongField"],
      [{ ratio: "4:3" }, "wrongField"],
    ])("with %o is refused as %j", async (fields, reason) => {
      expect(await refused(emulator, call(emulator, UPLOAD, { form: { image: png, ...fields } }))).toBe(reason);
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
      const upload = (images: Blob[]) => refused(emulator, call(emulator, UPLOAD, { form: { ...right, images } }));
      expect(await upload([])).toBe("noImage");
      expect(await upload([png, png, png, png])).toBe("tooManyImages");
    });

    test("refuses all when it refuses one", async () => {
      const upload = (images: Blob[]) => refused(emulator, call(emulator, UPLOAD, { form: { ...right, images } }));
      expect(await upload([png, gif])).toBe("unknownImageFormat");
      expect(await upload([png, jpegOf(10_485_761)])).toBe("imageTooLarge");
    });

    test.each([
      [{ business: "3" }, "wrongScene"],
      [{ business: "" }, "wrongField"],
      [{ scene: "2" }, "wrongScene"],
      [{ scene: "normal" }, "wrongField"],
    ])("refuses %o", async (change, reason) => {
      const sent = call(emulator, UPLOAD, { form: { ...right, ...change, images: png } });
      expect(await refused(emulator, sent)).toBe(reason);
    });
  });
});
