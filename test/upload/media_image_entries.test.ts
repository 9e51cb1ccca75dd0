import { expect, test } from "vitest";
import { type BinaryInput, type ImageResult, uploadImages } from "../../mod.ts";
import { noise } from "../support/bytes.ts";
import { managerFor } from "../support/manager_for.ts";

const images: readonly BinaryInput[] = [noise(10, 1), noise(10, 2), noise(10, 3)];

/** What becomes of three images when `media` answers with so many entries. */
function uploadWith(entries: number): Promise<ImageResult[]> {
  const image_list = Array.from({ length: entries }, (_, index) => ({ image_id: `id-${index}`, image_url: "u" }));
  const media = managerFor({ url: "http://127.0.0.1:1" }, {
    fetch: () => Promise.resolve(Response.json({ error: "", message: "", request_id: "1", response: { image_list } })),
  });
  return uploadImages(media, images, { module: "media", preflight: false });
}

// The list has no index: that of an entry says nothing about the image.
test.each([1, 2, 4])(
  "%d entries for three images: each has an error, and none an id that may be another's",
  async (entries) => {
    const results = await uploadWith(entries);
    expect(results).toHaveLength(3);
    for (const result of results) {
      expect(result.imageId).toBeUndefined();
      expect(result.error).toMatchObject({
        name: "ShopeeMediaError",
        message: "Cannot upload the image: Shopee's answer does not mention it",
      });
    }
    expect(new Set(results.map(({ error }) => error)).size).toBe(3);
  },
);

test("as many entries as images: each has its own", async () => {
  expect((await uploadWith(3)).map(({ imageId }) => imageId)).toEqual(["id-0", "id-1", "id-2"]);
});

test("an answer without any entry is no success of any image", async () => {
  for (const { imageId, error } of await uploadWith(0)) {
    expect(imageId).toBeUndefined();
    expect(error).toMatchObject({ name: "ShopeeMediaError" });
  }
});
