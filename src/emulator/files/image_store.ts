import { runtime } from "../../runtime.ts";
import { Refusal } from "../api/refusal.ts";
import type { Storage, StoredFile } from "../storage.ts";
import { imageFormat, isWholeImage } from "./image_format.ts";

/** An image that was uploaded. */
export interface StoredImage {
  /** Its name at the platform. */
  id: string;
  /** Its bytes. */
  file: StoredFile;
  /** Such as `image/png`. */
  type: string;
}

/** All images of the emulator. */
export interface ImageStore {
  /**
   * Checks an image and keeps it as it was sent.
   *
   * @throws {Refusal} When it is too large, neither JPEG nor PNG, or cut off.
   */
  add(content: Uint8Array): Promise<StoredImage>;
  /** The image of that name. */
  get(id: string): StoredImage | undefined;
}

/** Bytes: 10 MB. */
const MAX_SIZE = 10_485_760;

/** Creates the store, with no images in it. */
export function createImageStore(storage: Storage): ImageStore {
  const images = new Map<string, StoredImage>();
  return {
    async add(content) {
      if (content.length > MAX_SIZE) throw new Refusal("imageTooLarge", content.length, MAX_SIZE);
      const format = imageFormat(content);
      if (format === undefined) throw new Refusal("unknownImageFormat");
      if (!isWholeImage(content, format)) throw new Refusal("cutOffImage");

      const id = `sg-11134201-${runtime.uuid().replaceAll("-", "")}`;
      const file = await storage.create(`${id}.${format}`);
      await file.write(content, 0);
      const image = { id, file, type: `image/${format}` };
      images.set(id, image);
      return image;
    },
    get: (id) => images.get(id),
  };
}
