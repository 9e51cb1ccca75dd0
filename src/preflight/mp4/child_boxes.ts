import { unreadable } from "../readable_file.ts";
import type { Box } from "./box.ts";
import { BOX_HEADER_SIZE, parseBox } from "./parse_box.ts";

/** The bytes that are read as boxes. */
export interface ChildBoxesRange {
  /** First byte in the view. */
  start: number;
  /** First byte after them. */
  end: number;
  /** Type of the box they lie in. */
  inside: string;
}

/**
 * Lists the boxes between two offsets of `view`, one after the other. A few bytes too short for a box at the end are
 * passed over, as every player does.
 *
 * @throws {InvalidInputError} A box is longer than what it lies in, or shorter than its own header.
 */
export function* childBoxes(view: DataView, range: ChildBoxesRange): Generator<Box> {
  let offset = range.start;
  while (offset + BOX_HEADER_SIZE <= range.end) {
    const box = parseBox(view, { offset, start: offset });
    if (box?.end === Infinity) return;
    if (box === undefined || box.content > box.end || box.end > range.end) {
      throw unreadable("video", `its index is damaged inside the box "${range.inside}"`);
    }
    yield box;
    offset = box.end;
  }
}
