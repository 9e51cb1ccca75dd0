import { unreadable } from "../readable_file.ts";
import type { Box } from "./box.ts";

/** Rows of 32-bit fields, as the sample table's boxes have them. */
export interface Table {
  /** Rows. */
  length: number;
  /** The 32-bit field `field` of row `row`. */
  get(row: number, field?: number): number;
}

/**
 * Reads a box that holds a count and that many rows.
 *
 * @param box `undefined` makes an empty table.
 * @param layout Fields in a row, and bytes between the box's header and the count.
 * @throws {InvalidInputError} The box is too short for the rows that it claims to have.
 */
export function readTable(
  view: DataView,
  box: Box | undefined,
  layout: { fields: number; countAt?: number },
): Table {
  if (box === undefined) return { length: 0, get: () => 0 };

  const { fields, countAt = 4 } = layout;
  const first = box.content + countAt + 4;
  const length = first <= box.end ? view.getUint32(first - 4) : Infinity;
  if (first + length * fields * 4 > box.end) {
    throw unreadable("video", `its index is damaged: the box "${box.type}" is too short for what it claims to hold`);
  }
  return { length, get: (row, field = 0) => view.getUint32(first + (row * fields + field) * 4) };
}
