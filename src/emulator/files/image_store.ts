import { runtime } from "../../runtime.ts";
import { type Dialect, Refusal } from "../api/refusal.ts";
import type { Storage, StoredFile } from "../storage.ts";
import { type ImageFormat, inspectImage } from "./image_format.ts";

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
   * Checks an image.
   *
   * @returns Its format.
   * @throws {Refusal} When it is too large, too small, neither JPEG nor PNG, or cut off.
   */
  check(content: Uint8Array): ImageFormat;
  /**
   * Checks an image and keeps it as it was sent.
   *
   * @throws {Refusal} When it is not taken.
   */
  add(content: Uint8Array): Promise<StoredImage>;
  /** The image of that name. */
  get(id: string): StoredImage | undefined;
}

/** Bytes: 10 MB. */
const MAX_SIZE = 10_485_760;
/** Pixels of a side that are too few, as clients have measured; the reference tells of none. */
const TINY = 16;

/** Creates the store, with no images in it. */
export function createImageStore(storage: Storage, dialect: Dialect): ImageStore {
  const images = new Map<string, StoredImage>();

  function check(content: Uint8Array): ImageFormat {
    if (content.length > MAX_SIZE) throw new Refusal("imageTooLarge", { size: content.length, most: MAX_SIZE });
    const image = inspectImage(content);
    if (image === undefined) throw new Refusal("unknownImageFormat");
    const { format, isWhole, width, height } = image;
    if (!isWhole) throw new Refusal("cutOffImage");
    const isTiny = Math.min(width, height) <= TINY;
    if (dialect === "samples" && isTiny) throw new Refusal("tinyImage", { width, height, least: TINY });
    return format;
  }

  return {
    check,
    async add(content) {
      const format = check(content);
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
