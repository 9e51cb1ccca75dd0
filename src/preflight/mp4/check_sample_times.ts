import { unreadable } from "../unreadable.ts";
import type { Box } from "./box.ts";
import { findBox } from "./find_box.ts";
import { MAX_SAMPLES } from "./max_samples.ts";
import { readTable, type Table } from "./read_table.ts";

/**
 * Checks that the times of a track's samples are few enough to be written out one by one, which a parser does to sort
 * frames that are not stored in the order in which they are shown.
 *
 * @throws {InvalidInputError} The tables claim billions.
 */
export function checkSampleTimes(view: DataView, samples: Box): void {
  const shifts = readTable(view, findBox(samples, ["ctts"]), { fields: 2 });
  const times = readTable(view, findBox(samples, ["stts"]), { fields: 2 });
  if (shifts.length === 0) return;
  const count = Math.max(sampleCount(times), sampleCount(shifts));
  if (count > MAX_SAMPLES) {
    throw unreadable("video", `a track claims to have ${count} frames, more than ${MAX_SAMPLES} are not looked at`);
  }
}

function sampleCount(table: Table): number {
  let count = 0;
  for (let row = 0; row < table.length; row++) count += table.get(row);
  return count;
}
