import { randomUUID } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ImageFormat } from "./image_format.ts";

/** An image that was uploaded. */
export interface StoredImage {
  /** Its name at the platform. */
  id: string;
  /** Where its bytes are kept. */
  path: string;
  /** Such as `image/png`. */
  type: string;
}

/** All images of the emulator. */
export interface ImageStore {
  /** Keeps an image as it was sent. */
  add(content: Uint8Array, format: ImageFormat): Promise<StoredImage>;
  /** The image of that name. */
  get(id: string): StoredImage | undefined;
}

/** Creates the store; files go to `directory`. */
export function createImageStore(directory: string): ImageStore {
  const images = new Map<string, StoredImage>();
  return {
    async add(content, format) {
      const id = `sg-11134201-${randomUUID().replaceAll("-", "")}`;
      const image = { id, path: join(directory, `${id}.${format}`), type: `image/${format}` };
      await writeFile(image.path, content);
      images.set(id, image);
      return image;
    },
    get: (id) => images.get(id),
  };
}
