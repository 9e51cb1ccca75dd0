import type { Command } from "commander";
import type { CommandContext } from "../command_context.ts";
import { envOption, moduleOption, traceOption } from "../options.ts";
import { printSession, type SessionOptions } from "../print_session.ts";
import { ENVIRONMENT_HELP, openTarget } from "../target.ts";

/** Adds `cancel ID` to the program. */
export function addCancelCommand(program: Command, context: CommandContext): void {
  program.command("cancel")
    .description("Give up an upload that is not finished.")
    .argument("<id>", "its video_upload_id")
    .addOption(moduleOption())
    .addOption(envOption())
    .addOption(traceOption())
    .option("--json", "print one JSON object on stdout, everything else on stderr")
    .addHelpText("after", ENVIRONMENT_HELP)
    .action(async (videoUploadId: string, options: SessionOptions) => {
      const { module } = options;
      const { signal } = context;
      const { media } = await openTarget({ ...options, context, forShop: module === "media_space", canEmulate: false });
      const ask = async () => {
        const params = { video_upload_id: videoUploadId };
        if (module === "media") await media.cancelMediaVideoUpload(params, { signal });
        else await media.cancelVideoUpload(params, { signal });
        return { status: "CANCELLED" };
      };
      await printSession(videoUploadId, { ...options, context, ask });
    });
}
