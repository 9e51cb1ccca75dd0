import { unreadable } from "../readable_file.ts";
import type { Box } from "./box.ts";
import { findBox } from "./find_box.ts";
import { readTable, type Table } from "./read_table.ts";

/**
 * Checks that all the samples of a track (its frames, or its bits of sound) lie inside the file, and that the tables
 * which say so can be believed.
 *
 * @throws {InvalidInputError} Saying which of the two is not the case.
 */
export function checkSampleTable(view: DataView, options: { samples: Box; fileSize: number }): void {
  const { samples, fileSize } = options;
  const chunks = chunkTable(view, samples);
  const runs = readTable(view, findBox(samples, ["stsc"]), { fields: 3 });
  const bytesOf = sampleSizes(view, findBox(samples, ["stsz"]));
  let sample = 0;
  for (let run = 0; run < runs.length; run++) {
    const firstChunk = runs.get(run) - 1;
    const endChunk = run + 1 < runs.length ? runs.get(run + 1) - 1 : chunks.length;
    if (firstChunk < 0 || firstChunk > endChunk || endChunk > chunks.length) {
      throw unreadable("video", `its index is damaged: it has ${chunks.length} chunks and speaks of chunk ${endChunk}`);
    }
    const samplesPerChunk = runs.get(run, 1);
    for (let chunk = firstChunk; chunk < endChunk; chunk++) {
      const end = chunks.get(chunk) + bytesOf(sample, samplesPerChunk);
      if (end > fileSize) {
        throw unreadable("video", `it is cut off: its media goes on to byte ${end}, the file ends at byte ${fileSize}`);
      }
      sample += samplesPerChunk;
    }
  }
}

/** Where each chunk of samples begins in the file. */
function chunkTable(view: DataView, samples: Box): Table {
  const large = findBox(samples, ["co64"]);
  if (large === undefined) return readTable(view, findBox(samples, ["stco"]), { fields: 1 });
  const { length, get } = readTable(view, large, { fields: 2 });
  return { length, get: (row) => get(row, 0) * 2 ** 32 + get(row, 1) };
}

/** Tells how many bytes `count` samples from `first` have; 0 for the rare file that has no plain table of sizes. */
function sampleSizes(view: DataView, box: Box | undefined): (first: number, count: number) => number {
  if (box === undefined || box.content + 12 > box.end) return () => 0;
  const commonSize = view.getUint32(box.content + 4);
  const length = view.getUint32(box.content + 8);
  const table = commonSize === 0 ? readTable(view, box, { fields: 1, countAt: 8 }) : undefined;
  return (first, count) => {
    const end = Math.min(first + count, length);
    if (table === undefined) return Math.max(end - first, 0) * commonSize;
    let bytes = 0;
    for (let sample = first; sample < end; sample++) bytes += table.get(sample);
    return bytes;
  };
}
