import { type ReadableFile, readRange, unreadable } from "../readable_file.ts";
import { checkFragments } from "./check_fragments.ts";
import { checkFrameCounts } from "./check_frame_counts.ts";
import { checkSampleTable } from "./check_sample_table.ts";
import { cleanIndex } from "./clean_index.ts";
import { findBox } from "./find_box.ts";
import { handlerOf } from "./handler_of.ts";
import { listIndexBoxes } from "./list_index_boxes.ts";

/** Bytes of index that are loaded. Three minutes of video need some 100 KB, an hour some MB. */
const MAX_INDEX_SIZE = 32 * 2 ** 20;

/**
 * Reads what an MP4 or QuickTime file says of its media, and none of the media: an MP4 file without its `mdat`.
 *
 * A parser that gets this in place of the file cannot load a gigabyte because a box claims to be that long, and cannot
 * build a list of four billion frames because a counter says so: mediabunny 1.61 does both, and no signal reaches it
 * while it does.
 *
 * @throws {InvalidInputError} The file is cut off or damaged, or its index is absurdly large.
 */
export async function readIndex(blob: ReadableFile, signal?: AbortSignal): Promise<Uint8Array> {
  const boxes = await listIndexBoxes(blob, signal);
  const movie = boxes.find((box) => box.type === "moov");
  if (movie === undefined) {
    throw unreadable("video", 'it has no index (box "moov"): it is cut off, or its recording was never finished');
  }

  // Only the first header counts. The fragments are of no use before the box that describes their tracks.
  const header = boxes.filter((box) => box.type === "ftyp").slice(0, 1);
  const wanted = [...header, movie, ...boxes.filter((box) => box.type === "moof")];
  const size = wanted.reduce((sum, box) => sum + box.end - box.start, 0);
  if (size > MAX_INDEX_SIZE) {
    throw unreadable("video", `its index has ${size} bytes, more than ${MAX_INDEX_SIZE} are not looked at`);
  }

  const index = new Uint8Array(size);
  let length = 0;
  for (const box of wanted) {
    index.set(await readRange(blob, { ...box, signal }), length);
    length += box.end - box.start;
  }

  const view = new DataView(index.buffer);
  const roots = cleanIndex(view);
  for (const track of roots.flatMap((root) => root.children).filter((box) => box.type === "trak")) {
    const samples = findBox(track, ["mdia", "minf", "stbl"]);
    if (samples === undefined) continue;
    checkSampleTable(view, { samples, fileSize: blob.size });
    if (handlerOf(view, track) === "video") checkFrameCounts(view, samples);
  }
  checkFragments(view, roots.filter((root) => root.type === "moof"));
  return index;
}
