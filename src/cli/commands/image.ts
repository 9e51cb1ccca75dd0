import { type Command, Option } from "commander";
import type { CommandContext } from "../command_context.ts";
import { ENVIRONMENT_HELP } from "../target.ts";
import { uploadImageFiles, type UploadImageFilesOptions } from "../image/upload_image_files.ts";
import { moduleOption } from "../options.ts";

/** Adds `image FILE…` to the program. */
export function addImageCommand(program: Command, context: CommandContext): void {
  program.command("image")
    .description("Upload pictures. One bad file does not stop the others.")
    .argument("<file...>", "the pictures: JPEG or PNG, at most 10 MB each")
    .addOption(moduleOption("media_space for products, media for returns"))
    .addOption(
      new Option("--scene <name>", "for media_space: normal makes them square (default), desc leaves them as they are")
        .choices(["normal", "desc"]),
    )
    .addOption(
      new Option("--ratio <sides>", "for media_space: 1:1 (default), or 3:4 for whitelisted sellers")
        .choices(["1:1", "3:4"]),
    )
    .option("--emulator", "upload to a local Shopee that lives as long as this command")
    .option("--env <path>", "env file with the credentials (default: .env, if there is one)")
    .option("--json", "print one JSON object for each file on stdout, everything else on stderr")
    .addHelpText("after", ENVIRONMENT_HELP)
    .action(async (files: string[], options: Omit<UploadImageFilesOptions, "context">) => {
      context.exitCode = await uploadImageFiles(files, { ...options, context });
    });
}
