import { parseJpeg } from "../../preflight/parse_jpeg.ts";
import { parsePng } from "../../preflight/parse_png.ts";
import { UnreadableFileError } from "../../preflight/readable_file.ts";
import { sniffImageFormat } from "../../preflight/sniff_image_format.ts";
import { runtime } from "../../runtime.ts";
import { type Dialect, Refusal } from "../api/answer.ts";
import type { Storage, StoredFile } from "../storage.ts";

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
   * @throws {Refusal} When it is too large, too small, neither JPEG nor PNG, cut off or damaged.
   */
  check(content: Uint8Array): Promise<"jpeg" | "png">;
  /**
   * Checks an image and keeps it as it was sent.
   *
   * @throws {Refusal} When it is not taken.
   */
  add(content: Uint8Array): Promise<StoredImage>;
  /** The image of that name. */
  get(id: string): StoredImage | undefined;
}

/** Bytes of the largest image: 10 MB. */
export const MAX_IMAGE_SIZE = 10_485_760;
/** Pixels of a side that are too few, as clients have measured; the reference tells of none. */
const TINY = 16;

/** Creates the store, with no images in it. */
export function createImageStore(storage: Storage, dialect: Dialect): ImageStore {
  const images = new Map<string, StoredImage>();

  async function check(content: Uint8Array): Promise<"jpeg" | "png"> {
    const { length: size } = content;
    if (size > MAX_IMAGE_SIZE) throw new Refusal("imageTooLarge", { size, most: MAX_IMAGE_SIZE });
    const format = sniffImageFormat(content);
    if (format !== "jpeg" && format !== "png") throw new Refusal("unknownImageFormat");
    const { width, height } = await sidesOf(content, format);
    const isTiny = Math.min(width, height) <= TINY;
    if (dialect === "samples" && isTiny) throw new Refusal("tinyImage", { width, height, least: TINY });
    return format;
  }

  return {
    check,
    async add(content) {
      const format = await check(content);
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

/** Pixels of an image that can be decoded. */
async function sidesOf(content: Uint8Array, format: "jpeg" | "png"): Promise<{ width: number; height: number }> {
  const view = new DataView(content.slice().buffer);
  try {
    return format === "jpeg" ? parseJpeg(view) : await parsePng(view);
  } catch (error) {
    if (error instanceof UnreadableFileError) throw new Refusal("damagedImage", { how: error.reason });
    throw error;
  }
}
