/** Width and height of an image, in pixels. */
export interface PixelSize {
  /** From left to right. */
  width: number;
  /** From top to bottom. */
  height: number;
}
