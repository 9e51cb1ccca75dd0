import { describe, expect, test } from "vitest";
import { createVideoUploadSink, uploadImages, uploadVideo } from "../../mod.ts";
import { createPushHandler } from "../../src/push/mod.ts";
import { pngOf } from "../emulator/png_of.ts";
import { noise } from "../support/bytes.ts";
import { emulate } from "../support/emulate.ts";
import { settle } from "../support/settle.ts";

describe("an option that is misspelt is refused by its name, and nothing is sent", () => {
  test.each<[object, RegExp]>([
    [{ untill: "uploaded" }, /has no option untill \(did you mean until\?\): it has module, size, /],
    [{ concurency: 5 }, /has no option concurency \(did you mean concurrency\?\)/],
    [{ poll: { intervall: 5 } }, /^poll has no option intervall \(did you mean interval\?\)/],
    [{ check_point: {} }, /has no option check_point \(did you mean checkpoint\?\)/],
  ])("of an upload: %j", async (wrong, message) => {
    const { media, tap } = await emulate();
    const { error } = await settle(uploadVideo(media, noise(10), { preflight: false, ...wrong }));
    expect(error).toMatchObject({ name: "InvalidInputError", message: expect.stringMatching(message) });
    expect(() => createVideoUploadSink(media, { ...wrong })).toThrow(message);
    expect(tap.names()).toEqual([]);
  });

  test("of a sink: preflight is uploadVideo's alone", async () => {
    const { media } = await emulate();
    expect(() => createVideoUploadSink(media, { preflight: false } as object)).toThrow(
      "createVideoUploadSink has no option preflight",
    );
  });

  test("of pictures, and of a push handler", async () => {
    const { media, tap } = await emulate();
    const { error } = await settle(uploadImages(media, [pngOf(200, 200)], { batchsize: 3 } as object));
    expect(String(error)).toContain("uploadImages has no option batchsize (did you mean batchSize?)");
    expect(tap.names()).toEqual([]);
    const keys = { pushPartnerKey: "key", callbackUrl: "https://shop.example/" };
    expect(() => createPushHandler({ ...keys, onVideoUpload() {}, onOtherPushes() {} } as never)).toThrow(
      "createPushHandler has no option onOtherPushes (did you mean onOtherPush?)",
    );
  });

  test("one that is known and not given is no mistake", async () => {
    const { media } = await emulate();
    await uploadVideo(media, noise(10), {
      preflight: false,
      signal: undefined,
      poll: { first: 0, timeout: undefined },
    });
  });
});
