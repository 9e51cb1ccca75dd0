import { unreadable } from "../readable_file.ts";
import type { Box } from "./box.ts";
import { childBoxes } from "./child_boxes.ts";
import { cleanSampleEntries } from "./clean_sample_entries.ts";
import { findBox } from "./find_box.ts";
import { freeRange } from "./free_range.ts";
import { handlerOf } from "./handler_of.ts";

/** Which boxes are read, by the box that they lie in. */
const KEPT: Readonly<Record<string, readonly string[]>> = {
  moov: ["mvhd", "trak", "mvex"],
  trak: ["tkhd", "edts", "mdia"],
  edts: ["elst"],
  mdia: ["mdhd", "hdlr", "minf"],
  minf: ["stbl"],
  stbl: ["stsd", "stts", "ctts", "stsz", "stz2", "stsc", "stco", "co64"],
  mvex: ["trex"],
  moof: ["traf"],
  traf: ["tfhd", "tfdt", "trun"],
};
const REPEATABLE: ReadonlySet<string> = new Set(["trak", "trex", "traf", "trun"]);
/** Of those, what there is one of for each track. */
const ONE_FOR_EACH_TRACK: ReadonlySet<string> = new Set(["trak", "trex", "traf"]);
/** A video has two or three tracks. Parsers look each up among all others: 100 000 of them would stall us. */
const MAX_TRACKS = 64;

/**
 * Turns every box that is not needed into a `free` one, in place, and so all but the first of those that can be there
 * only once. What is left is a few known boxes in the places where they belong, so that it can be checked as a whole:
 * nothing hides in tags, or in boxes within boxes of the wrong kind.
 *
 * @returns The boxes that are left.
 * @throws {InvalidInputError} A box does not fit into the one it lies in, or there are absurdly many tracks.
 */
export function cleanIndex(view: DataView): Box[] {
  const roots = [...childBoxes(view, { start: 0, end: view.byteLength, inside: "file" })];
  for (const root of roots) {
    cleanChildren(view, root);
    for (const track of root.children) cleanDescriptions(view, track);
  }
  return roots;
}

function cleanChildren(view: DataView, box: Box): void {
  const kept = KEPT[box.type];
  if (kept === undefined) return;

  const counts = new Map<string, number>();
  for (const child of childBoxes(view, { start: box.content, end: box.end, inside: box.type })) {
    const count = (counts.get(child.type) ?? 0) + 1;
    counts.set(child.type, count);
    if (!kept.includes(child.type) || (count > 1 && !REPEATABLE.has(child.type))) {
      freeRange(view, child);
      continue;
    }
    if (count > MAX_TRACKS && ONE_FOR_EACH_TRACK.has(child.type)) {
      throw unreadable("video", `it has more than ${MAX_TRACKS} tracks`);
    }
    cleanChildren(view, child);
    box.children.push(child);
  }
}

function cleanDescriptions(view: DataView, track: Box): void {
  const descriptions = findBox(track, ["mdia", "minf", "stbl", "stsd"]);
  const handler = handlerOf(view, track);
  if (descriptions !== undefined && handler !== undefined) cleanSampleEntries(view, { descriptions, handler });
}
