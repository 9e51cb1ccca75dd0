import type { Box } from "./box.ts";
import { findBox } from "./find_box.ts";

const VIDEO = 0x76696465;
const SOUND = 0x736f756e;

/** What a track holds; `undefined` for all that is neither pictures nor sound, such as text and time codes. */
export function handlerOf(view: DataView, track: Box): "video" | "sound" | undefined {
  const handler = findBox(track, ["mdia", "hdlr"]);
  if (handler === undefined || handler.content + 12 > handler.end) return undefined;
  const type = view.getUint32(handler.content + 8);
  if (type === VIDEO) return "video";
  return type === SOUND ? "sound" : undefined;
}
