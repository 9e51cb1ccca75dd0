import type { Command } from "commander";
import { waitForVideo } from "../../../mod.ts";
import { type CommandContext, printLines } from "../command_context.ts";
import { envOption, moduleOption, parseWholeNumber, traceOption } from "../options.ts";
import { printSession, type SessionOptions } from "../print_session.ts";
import { ENVIRONMENT_HELP, openTarget } from "../target.ts";

interface WaitOptions extends SessionOptions {
  /** Seconds. */
  timeout: number;
}

/** Adds `wait ID` to the program. */
export function addWaitCommand(program: Command, context: CommandContext): void {
  program.command("wait")
    .description("Wait until a video is ready that was uploaded before, such as with upload --until uploaded.")
    .argument("<id>", "its video_upload_id")
    .addOption(moduleOption())
    .option("--timeout <seconds>", "how long at the most", parseWholeNumber(1, 86_400), 600)
    .addOption(envOption())
    .addOption(traceOption())
    .option("--json", "print one JSON object on stdout, everything else on stderr")
    .addHelpText("after", ENVIRONMENT_HELP)
    .action(async (videoUploadId: string, options: WaitOptions) => {
      const { module, timeout } = options;
      const { io, signal } = context;
      const { media } = await openTarget({ ...options, context, forShop: module === "media_space", canEmulate: false });
      const settings = { poll: { timeout: timeout * 1000 }, signal, onStatus: tellOnce(io.stderr, videoUploadId) };
      const ask = async () => {
        const { videoInfo } = await waitForVideo(media, { module, videoUploadId }, settings);
        return { status: "SUCCEEDED", videoInfo };
      };
      await printSession(videoUploadId, { ...options, context, ask });
    });
}

/** Tells a status when it is another one than before; the last one is told by the answer. */
function tellOnce(output: CommandContext["io"]["stderr"], videoUploadId: string): (status: string) => void {
  let last: string | undefined;
  return (status) => {
    if (status !== last && status !== "SUCCEEDED") printLines(output, `${videoUploadId}: ${status}`);
    last = status;
  };
}
