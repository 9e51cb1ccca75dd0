import type { Command } from "commander";
import type { MediaManager } from "../../../mod.ts";
import type { CommandContext } from "../command_context.ts";
import { envOption, moduleOption, traceOption } from "../options.ts";
import { printSession, type SessionOptions, type SessionState } from "../print_session.ts";
import { ENVIRONMENT_HELP, openTarget } from "../target.ts";

/** Adds `status ID` to the program. */
export function addStatusCommand(program: Command, context: CommandContext): void {
  program.command("status")
    .description("Ask Shopee where an upload stands. Any answer is a success, FAILED too.")
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
      const ask = () => askStatus(media, { videoUploadId, module, signal });
      await printSession(videoUploadId, { ...options, context, ask });
    });
}

interface AskStatusOptions extends Pick<SessionOptions, "module"> {
  videoUploadId: string;
  signal: AbortSignal;
}

async function askStatus(media: MediaManager, options: AskStatusOptions): Promise<SessionState> {
  const { videoUploadId, module, signal } = options;
  const params = { video_upload_id: videoUploadId };
  if (module === "media") {
    const { response } = await media.getMediaVideoUploadResult(params, { signal });
    return { status: response?.status, message: response?.reason, videoInfo: response?.video_info };
  }
  const { response } = await media.getVideoUploadResult(params, { signal });
  return { status: response?.status, message: response?.message, videoInfo: response?.video_info };
}
