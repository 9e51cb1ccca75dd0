import type { Box } from "./box.ts";

/** Bytes in a box header: the 32-bit size and the type. */
export const BOX_HEADER_SIZE = 8;
/** Bytes in a box header that tells its size in 64 bits. */
export const LARGE_BOX_HEADER_SIZE = 16;

/**
 * Reads the box header at `offset` of `view`.
 *
 * @param view Holds at least the first 8 bytes of the header.
 * @param where `offset` in the view, `start` of the box in the file.
 * @returns The box; its `end` is `Infinity` where the box goes on to the end of the file. `undefined` for no box at all.
 */
export function parseBox(view: DataView, where: { offset: number; start: number }): Box | undefined {
  const { offset, start } = where;
  const type = String.fromCharCode(
    view.getUint8(offset + 4),
    view.getUint8(offset + 5),
    view.getUint8(offset + 6),
    view.getUint8(offset + 7),
  );
  const size = view.getUint32(offset);
  if (size === 0) return { type, start, content: start + BOX_HEADER_SIZE, end: Infinity, children: [] };
  if (size !== 1) {
    if (size < BOX_HEADER_SIZE) return undefined;
    return { type, start, content: start + BOX_HEADER_SIZE, end: start + size, children: [] };
  }

  if (view.byteLength < offset + LARGE_BOX_HEADER_SIZE) return undefined;
  const largeSize = Number(view.getBigUint64(offset + BOX_HEADER_SIZE));
  if (largeSize < LARGE_BOX_HEADER_SIZE) return undefined;
  return { type, start, content: start + LARGE_BOX_HEADER_SIZE, end: start + largeSize, children: [] };
}
