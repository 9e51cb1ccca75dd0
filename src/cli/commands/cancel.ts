import type { Command } from "commander";
import type { CommandContext } from "../command_context.ts";
import { ENVIRONMENT_HELP } from "../target.ts";
import { answerAboutSession, type SessionCommandOptions } from "../session/answer_about_session.ts";
import { moduleOption } from "../options.ts";

/** Adds `cancel ID` to the program. */
export function addCancelCommand(program: Command, context: CommandContext): void {
  program.command("cancel")
    .description("Give up an upload that is not finished.")
    .argument("<id>", "its video_upload_id")
    .addOption(moduleOption())
    .option("--env <path>", "env file with the credentials (default: .env, if there is one)")
    .option("--json", "print one JSON object on stdout, everything else on stderr")
    .addHelpText("after", ENVIRONMENT_HELP)
    .action(async (videoUploadId: string, options: SessionCommandOptions) => {
      await answerAboutSession(videoUploadId, {
        ...options,
        context,
        ask: async (protocol, session) => {
          await protocol.cancel(session, { signal: context.signal });
          return { status: "CANCELLED", message: "" };
        },
      });
    });
}
