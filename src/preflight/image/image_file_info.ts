/** How an image is coded. */
export type ImageFormat = "jpeg" | "png" | "gif" | "webp" | "bmp" | "tiff" | "heic" | "avif";

/** What an image file says of itself. */
export interface ImageFileInfo {
  /** How it is coded, by its content and not by its name. */
  format: ImageFormat;
  /** Content type of the format, such as `image/jpeg`. */
  mimeType: string;
  /** Stored pixels from left to right; `null` for what Shopee does not take anyway: BMP, TIFF, HEIC, AVIF, and all above 10 MB. */
  width: number | null;
  /** Stored pixels from top to bottom; `null` for what Shopee does not take anyway: BMP, TIFF, HEIC, AVIF, and all above 10 MB. */
  height: number | null;
  /** Bytes in the file. */
  size: number;
}
