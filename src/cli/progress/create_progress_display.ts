import type { TextOutput } from "../command_context.ts";
import { createBarDisplay } from "./create_bar_display.ts";
import { createLineDisplay } from "./create_line_display.ts";
import type { ProgressDisplay } from "./progress_display.ts";

/**
 * Makes the display that fits the output: bars on a terminal, lines elsewhere.
 *
 * @param output Where to show it.
 * @returns The display.
 */
export function createProgressDisplay(output: TextOutput): ProgressDisplay {
  return output.isTTY ? createBarDisplay(output) : createLineDisplay(output);
}
