import { unreadable } from "../unreadable.ts";
import type { Box } from "./box.ts";
import { BOX_HEADER_SIZE, parseBox } from "./parse_box.ts";

/**
 * Lists the boxes between two offsets of `view`, one after the other. A few bytes too short for a box at the end are
 * passed over, as every player does.
 *
 * @throws {InvalidInputError} A box is longer than what it lies in, or shorter than its own header.
 */
export function* childBoxes(view: DataView, range: { start: number; end: number }): Generator<Box> {
  let offset = range.start;
  while (offset + BOX_HEADER_SIZE <= range.end) {
    const box = parseBox(view, { offset, start: offset });
    if (box?.end === Infinity) return;
    if (box === undefined || box.content > box.end || box.end > range.end) {
      throw unreadable("video", `its index is damaged at the box "${box?.type ?? "?"}"`);
    }
    yield box;
    offset = box.end;
  }
}
