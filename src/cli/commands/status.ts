import type { Command } from "commander";
import type { CommandContext } from "../command_context.ts";
import { ENVIRONMENT_HELP } from "../target.ts";
import { answerAboutSession, type SessionCommandOptions } from "../session/answer_about_session.ts";
import { moduleOption } from "../options.ts";

/** Adds `status ID` to the program. */
export function addStatusCommand(program: Command, context: CommandContext): void {
  program.command("status")
    .description("Ask Shopee where an upload stands. Any answer is a success, FAILED too.")
    .argument("<id>", "its video_upload_id")
    .addOption(moduleOption())
    .option("--env <path>", "env file with the credentials (default: .env, if there is one)")
    .option("--json", "print one JSON object on stdout, everything else on stderr")
    .addHelpText("after", ENVIRONMENT_HELP)
    .action(async (videoUploadId: string, options: SessionCommandOptions) => {
      await answerAboutSession(videoUploadId, {
        ...options,
        context,
        ask: (protocol, session) => protocol.status(session, { signal: context.signal }),
      });
    });
}
