import { unreadable } from "../readable_file.ts";
import type { Box } from "./box.ts";
import { MAX_SAMPLES } from "./max_samples.ts";

/**
 * Checks that the fragments of a file claim a number of samples that can be looked at.
 *
 * @throws {InvalidInputError} They claim billions.
 */
export function checkFragments(view: DataView, fragments: readonly Box[]): void {
  const runs = fragments.flatMap((moof) => moof.children).flatMap((traf) => traf.children)
    .filter((box) => box.type === "trun" && box.content + 8 <= box.end);
  const count = runs.reduce((sum, run) => sum + view.getUint32(run.content + 4), 0);
  if (count > MAX_SAMPLES) {
    throw unreadable("video", `its fragments claim ${count} frames, more than ${MAX_SAMPLES} are not looked at`);
  }
}
