import { BOX_HEADER_SIZE } from "./parse_box.ts";

const FREE = 0x66726565;

/** Makes one `free` box, which every parser passes over, of the bytes from `start` to `end`. */
export function freeRange(view: DataView, range: { start: number; end: number }): void {
  const { start, end } = range;
  if (start + BOX_HEADER_SIZE > end) return;
  view.setUint32(start, end - start);
  view.setUint32(start + 4, FREE);
}
