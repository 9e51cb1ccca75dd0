import type { VideoModule } from "../../preflight/mod.ts";
import { type CommandContext, writeJsonLine } from "../command_context.ts";
import { EXIT } from "../outcome.ts";
import { type CheckedFile, checkOneFile } from "./check_one_file.ts";
import { describeCheckedFiles } from "./describe_checked_files.ts";

/** The options of `shopee-media check`. */
export interface CheckFilesOptions {
  /** The command around it. */
  context: CommandContext;
  /** Whose rules. */
  module: VideoModule;
  /** Whether results are JSON. */
  json?: boolean;
}

/**
 * Holds files against Shopee's rules and prints what was found.
 *
 * @param files Their paths.
 * @param options The command's options.
 * @returns The exit code.
 */
export async function checkFiles(files: string[], options: CheckFilesOptions): Promise<number> {
  const { context: { io, signal }, module, json } = options;
  const checked: CheckedFile[] = [];
  for (const file of files) {
    const found = await checkOneFile(file, { module, signal });
    checked.push(found);
    if (json) writeJsonLine(io, toReport(found));
  }
  if (!json) io.stdout.write(`${describeCheckedFiles(checked).join("\n")}\n`);
  return checked.every(({ broken }) => broken.length === 0) ? EXIT.done : EXIT.refused;
}

function toReport({ file, kind, info, broken }: CheckedFile): Record<string, unknown> {
  return { file, passes: broken.length === 0, kind, info, broken };
}
