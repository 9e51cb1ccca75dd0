import type { Command } from "commander";
import { checkFiles, type CheckFilesOptions } from "../check/check_files.ts";
import type { CommandContext } from "../command_context.ts";
import { moduleOption } from "../options.ts";

/** Adds `check FILE…` to the program. */
export function addCheckCommand(program: Command, context: CommandContext): void {
  program.command("check")
    .description("Tell what Shopee would refuse, without sending anything. Needs no credentials.")
    .argument("<file...>", "videos and pictures, told apart by their content")
    .addOption(moduleOption("whose rules for videos: media_space for product videos, media for Shopee Video"))
    .option("--json", "print one JSON object for each file on stdout, everything else on stderr")
    .action(async (files: string[], options: Omit<CheckFilesOptions, "context">) => {
      context.exitCode = await checkFiles(files, { ...options, context });
    });
}
