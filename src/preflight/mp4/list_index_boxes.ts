import { type ReadableFile, readRange, unreadable } from "../readable_file.ts";
import type { Box } from "./box.ts";
import { BOX_HEADER_SIZE, LARGE_BOX_HEADER_SIZE, parseBox } from "./parse_box.ts";

/** A fragment and its media for every frame of three minutes are 43 200 boxes; more than this is an attack on our time. */
const MAX_BOXES = 65_536;
const INDEX_TYPES: ReadonlySet<string> = new Set(["ftyp", "moov", "moof"]);

/**
 * Walks over the outermost boxes of an MP4 file, of which it reads the headers alone.
 *
 * @returns Those that describe the media: `ftyp`, `moov` and every `moof`, in the order of the file.
 * @throws {InvalidInputError} The file ends before the box that it needs does.
 */
export async function listIndexBoxes(blob: ReadableFile, signal?: AbortSignal): Promise<Box[]> {
  const found: Box[] = [];
  let start = 0;
  for (let count = 0; start + BOX_HEADER_SIZE <= blob.size; count++) {
    if (count === MAX_BOXES) throw unreadable("video", `it has more than ${MAX_BOXES} boxes`);
    const header = await readRange(blob, { start, end: start + LARGE_BOX_HEADER_SIZE, signal });
    const box = parseBox(new DataView(header.buffer), { offset: 0, start });
    if (box === undefined || box.end === Infinity) break;
    if (box.end > blob.size) {
      // What follows the media may be anything, and players take no notice of it.
      if (!INDEX_TYPES.has(box.type) && box.type !== "mdat") break;
      throw unreadable(
        "video",
        `it is cut off: its box "${box.type}" ends at byte ${box.end}, the file at byte ${blob.size}`,
      );
    }
    if (INDEX_TYPES.has(box.type)) found.push(box);
    start = box.end;
  }
  return found;
}
