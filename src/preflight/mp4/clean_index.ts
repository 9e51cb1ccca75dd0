import { unreadable } from "../unreadable.ts";
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
    root.children = root.children.filter((child) => child.type !== "trak" || keepTrack(view, child));
  }
  return roots;
}

function cleanChildren(view: DataView, box: Box): void {
  const kept = KEPT[box.type];
  if (kept === undefined) return;

  for (const child of childBoxes(view, { start: box.content, end: box.end, inside: box.type })) {
    const count = box.children.filter((sibling) => sibling.type === child.type).length;
    if (!kept.includes(child.type) || (count > 0 && !REPEATABLE.has(child.type))) {
      freeRange(view, child);
      continue;
    }
    if (count === MAX_TRACKS && (child.type === "trak" || child.type === "trex")) {
      throw unreadable("video", `it has more than ${MAX_TRACKS} tracks`);
    }
    cleanChildren(view, child);
    box.children.push(child);
  }
}

function keepTrack(view: DataView, track: Box): boolean {
  const handler = handlerOf(view, track);
  if (handler === undefined) {
    freeRange(view, track);
    return false;
  }
  const descriptions = findBox(track, ["mdia", "minf", "stbl", "stsd"]);
  if (descriptions !== undefined) cleanSampleEntries(view, { descriptions, handler });
  return true;
}
