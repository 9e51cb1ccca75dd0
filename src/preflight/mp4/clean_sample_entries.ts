import { unreadable } from "../readable_file.ts";
import type { Box } from "./box.ts";
import { childBoxes } from "./child_boxes.ts";
import { freeRange } from "./free_range.ts";
import { BOX_HEADER_SIZE, parseBox } from "./parse_box.ts";

/** Bytes from the start of a sample entry to the boxes in it. */
const VIDEO_ENTRY_FIELDS = 86;
/** By the version of the entry: QuickTime's later ones have more fields. */
const SOUND_ENTRY_FIELDS: readonly number[] = [36, 52, 72];
/** The box that tells AAC from MP3; QuickTime files wrap it into a `wave`. */
const SOUND_CODING = "esds";
const WRAPPER = "wave";
/** A track has one description, or a few where its coding changes. A parser may write a warning for each. */
const MAX_ENTRIES = 64;

/**
 * Frees, in place, the boxes inside the sample entries of a track, all but the one that tells AAC from MP3.
 *
 * @throws {InvalidInputError} There are absurdly many entries, or one does not fit into the box that it lies in.
 */
export function cleanSampleEntries(
  view: DataView,
  options: { descriptions: Box; handler: "video" | "sound" },
): void {
  const { descriptions, handler } = options;
  let count = 0;
  for (const entry of childBoxes(view, { start: descriptions.content + 8, end: descriptions.end, inside: "stsd" })) {
    count += 1;
    if (count > MAX_ENTRIES) throw unreadable("video", `a track has more than ${MAX_ENTRIES} descriptions`);
    if (handler === "video") {
      freeRange(view, { start: entry.start + VIDEO_ENTRY_FIELDS, end: entry.end });
      continue;
    }
    const start = entry.start + soundEntryFields(view, { descriptions, entry });
    keepSoundCoding(view, { start, end: entry.end, unwrap: true });
  }
}

function soundEntryFields(view: DataView, boxes: { descriptions: Box; entry: Box }): number {
  const { descriptions, entry } = boxes;
  const isQuickTime = view.getUint8(descriptions.content) === 0 && entry.start + 18 <= entry.end;
  const version = isQuickTime ? view.getUint16(entry.start + 16) : 0;
  return SOUND_ENTRY_FIELDS[version] ?? SOUND_ENTRY_FIELDS[0]!;
}

/** What fits no box is freed with the rest: real files have all sorts of bytes here. */
function keepSoundCoding(view: DataView, options: { start: number; end: number; unwrap: boolean }): void {
  const { end, unwrap } = options;
  let offset = options.start;
  while (offset + BOX_HEADER_SIZE <= end) {
    const box = parseBox(view, { offset, start: offset });
    if (box === undefined || box.content > box.end || box.end > end) return freeRange(view, { start: offset, end });
    if (unwrap && box.type === WRAPPER) keepSoundCoding(view, { start: box.content, end: box.end, unwrap: false });
    else if (box.type !== SOUND_CODING) freeRange(view, box);
    offset = box.end;
  }
}
