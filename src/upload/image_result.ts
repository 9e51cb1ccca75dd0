import type { ImageUrl } from "../platform/types/media_space.ts";
import type { ShopeeMediaError } from "../errors.ts";

/** What became of one image: it was uploaded, or it has an error. */
export type ImageResult = UploadedImage | RefusedImage;

/** An image that Shopee has taken. */
export interface UploadedImage {
  /** To be used on an item or in a return. */
  imageId: string;
  /** The image, by region; in `media` the platform names no region. */
  urls: ImageUrl[];
  /** There is none. */
  error?: undefined;
}

/** An image that was not uploaded. */
export interface RefusedImage {
  /** There is none. */
  imageId?: undefined;
  /** There are none. */
  urls?: undefined;
  /**
   * Why: {@linkcode InvalidInputError} before it was sent, {@linkcode ShopeeApiError} by Shopee's word,
   * {@linkcode TransportError} because no answer came.
   */
  error: ShopeeMediaError;
}
