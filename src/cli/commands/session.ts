import type { Command } from "commander";
import {
  isShopeeApiError,
  type MediaManager,
  type MediaVideoInfo,
  ShopeeMediaError,
  type VideoInfo,
  type VideoModule,
  waitForVideo,
} from "../../../mod.ts";
import { type CommandContext, printLines, writeJsonLine } from "../command_context.ts";
import { reportError } from "../explain_error.ts";
import { formatVideo } from "../format.ts";
import { envOption, moduleOption, parseWholeNumber, traceOption } from "../options.ts";
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

/** What a command about one session is called with. */
export interface SessionOptions {
  /** The session's module. */
  module: VideoModule;
  /** Path of an env file. */
  env?: string;
  /** Path of the file that takes a line for each attempt. */
  trace?: string;
  /** Whether the answer is JSON. */
  json?: boolean;
}

/** Where a session stands. */
export interface SessionState {
  /** Shopee's word, which may be one that was unknown when this was written. */
  status?: string;
  /** Shopee's reason, if it gave one. */
  message?: string;
  /** The video, once it is ready. */
  videoInfo?: VideoInfo | MediaVideoInfo;
}

/** Options of {@linkcode printSession}. */
export interface PrintSessionOptions extends SessionOptions {
  /** The command around it. */
  context: CommandContext;
  /** Calls Shopee. */
  ask(): Promise<SessionState>;
}

/** Calls Shopee about a session, and prints where the session stands then, or with `--json` also why that is not known. */
export async function printSession(videoUploadId: string, options: PrintSessionOptions): Promise<void> {
  const { context: { io }, module, json, ask } = options;
  try {
    const { status = "UNKNOWN", message = "", videoInfo } = await ask();
    if (json) return writeJsonLine(io, { videoUploadId, status, message: message || undefined, videoInfo });
    const lines = [`${videoUploadId}: ${status}${message === "" ? "" : `: ${message}`}`];
    if (videoInfo !== undefined) lines.push(...formatVideo(videoInfo));
    printLines(io.stdout, ...lines);
  } catch (error) {
    if (json) writeJsonLine(io, { videoUploadId, status: null, error: reportError(error) });
    throw pointToOtherModule(error, module); // `main` prints it, too, and finds the exit code.
  }
}

function pointToOtherModule(error: unknown, module: VideoModule): unknown {
  if (!isShopeeApiError(error) || error.kind !== "unknown_id") return error;
  const other = module === "media" ? "media_space" : "media";
  return new ShopeeMediaError(`${error.message}: was it uploaded with --module ${other}?`, { cause: error });
}
