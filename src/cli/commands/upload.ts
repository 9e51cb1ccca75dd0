import { type Command, Option } from "commander";
import type { CommandContext } from "../command_context.ts";
import { ENVIRONMENT_HELP } from "../target.ts";
import { moduleOption, parseWholeNumber } from "../options.ts";
import { checkpointsFolder } from "../checkpoints.ts";
import { uploadFiles, type UploadFilesOptions } from "../upload/upload_files.ts";

/** Adds `upload FILE…` to the program. */
export function addUploadCommand(program: Command, context: CommandContext): void {
  program.command("upload")
    .description("Upload videos and wait until Shopee has transcoded them. One bad file does not stop the others.")
    .argument("<file...>", "the videos")
    .addOption(moduleOption())
    .option(
      "--duration <seconds>",
      "length to tell --module media (default: the video's own)",
      parseWholeNumber(1, 180),
    )
    .option("--no-preflight", "send videos without looking at them first")
    .option("--concurrency <parts>", "parts of a file in flight at once (default: 3)", parseWholeNumber(1, 16))
    .option("--parallel <files>", "files under way at once", parseWholeNumber(1, 100), 1)
    .addOption(resumeOption())
    .addOption(checkpointsOption(checkpointsFolder({ environment: context.io.env })))
    .option("--emulator", "upload to a local Shopee that lives as long as this command")
    .option("--env <path>", "env file with the credentials (default: .env, if there is one)")
    .option("--json", "print one JSON object for each file on stdout, everything else on stderr")
    .addHelpText("after", ENVIRONMENT_HELP)
    .action(async (files: string[], options: Omit<UploadFilesOptions, "context">) => {
      context.exitCode = await uploadFiles(files, { ...options, context });
    });
}

function resumeOption(): Option {
  return new Option("--resume", "go on where an interrupted upload stopped, and keep it when this one is interrupted")
    .conflicts("emulator");
}

function checkpointsOption(folder: string): Option {
  return new Option(
    "--checkpoints <folder>",
    `as --resume, with the notes in this folder (default: ${folder})`,
  )
    .implies({ resume: true })
    .conflicts("emulator");
}
