import { unreadable } from "../readable_file.ts";
import type { Box } from "./box.ts";
import { findBox } from "./find_box.ts";
import { MAX_SAMPLES } from "./max_samples.ts";
import { readTable, type Table } from "./read_table.ts";

/**
 * Checks that the frames of a video track are few enough to be gone through one by one, as a parser does to sort those
 * that are not stored in the order in which they are shown, and to find one in its chunk.
 *
 * @throws {InvalidInputError} The tables claim billions.
 */
export function checkFrameCounts(view: DataView, samples: Box): void {
  const times = readTable(view, findBox(samples, ["stts"]), { fields: 2 });
  const shifts = readTable(view, findBox(samples, ["ctts"]), { fields: 2 });
  const chunks = readTable(view, findBox(samples, ["stsc"]), { fields: 3 });
  const count = Math.max(sum(times, 0), sum(shifts, 0), largest(chunks, 1));
  if (count > MAX_SAMPLES) {
    throw unreadable("video", `it claims to have ${count} frames, more than ${MAX_SAMPLES} are not looked at`);
  }
}

function sum(table: Table, field: number): number {
  let total = 0;
  for (let row = 0; row < table.length; row++) total += table.get(row, field);
  return total;
}

function largest(table: Table, field: number): number {
  let found = 0;
  for (let row = 0; row < table.length; row++) found = Math.max(found, table.get(row, field));
  return found;
}
