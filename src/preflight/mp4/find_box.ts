import type { Box } from "./box.ts";

/** Follows a path of box types down from `box`. */
export function findBox(box: Box, path: readonly string[]): Box | undefined {
  let found: Box | undefined = box;
  for (const type of path) found = found?.children.find((child) => child.type === type);
  return found;
}
