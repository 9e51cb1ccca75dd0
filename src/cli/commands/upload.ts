import { resolve } from "node:path";
import { type Command, Option } from "commander";
import {
  type CheckpointOptions,
  InvalidInputError,
  isInvalidInputError,
  isResultTimeoutError,
  isVideoFailedError,
  type MediaManager,
  ShopeeMediaError,
  uploadVideo,
  type VideoModule,
  type VideoUploadResult,
} from "../../../mod.ts";
import { mapBounded } from "../../async/map_bounded.ts";
import { checkpointsFolder, createCheckpoints } from "../checkpoints.ts";
import { type CommandContext, writeJsonLine } from "../command_context.ts";
import { type ErrorReport, reportError } from "../explain_error.ts";
import { formatVideo } from "../format.ts";
import { openFile } from "../open_file.ts";
import { emulatorOption, envOption, moduleOption, parseWholeNumber } from "../options.ts";
import { conclude, explainFailure } from "../outcome.ts";
import { countPassedOver } from "../progress/measure_rate.ts";
import { createProgressDisplay, type ProgressDisplay } from "../progress/progress_display.ts";
import { ENVIRONMENT_HELP, openTarget } from "../target.ts";

/** What the command was called with. */
interface UploadOptions {
  context: CommandContext;
  module: VideoModule;
  /** Whole seconds, for `media`; a video itself tells them, too. */
  duration?: number;
  /** Whether to look at videos before they are sent. */
  preflight: boolean;
  /** Parts of one file in flight. */
  concurrency?: number;
  /** Files under way at once. */
  parallel: number;
  /** Whether to go on with interrupted uploads, and to keep those that are. */
  resume?: boolean;
  /** Folder of the checkpoints. */
  checkpoints?: string;
  emulator?: boolean;
  env?: string;
  json?: boolean;
}

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
    .addOption(emulatorOption())
    .addOption(envOption())
    .option("--json", "print one JSON object for each file on stdout, everything else on stderr")
    .addHelpText("after", ENVIRONMENT_HELP)
    .action(async (files: string[], options: Omit<UploadOptions, "context">) => {
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

/** Uploads files and prints what becomes of each. Returns the exit code. */
async function uploadFiles(files: string[], options: UploadOptions): Promise<number> {
  const { context: { io, signal }, module, resume } = options;
  if (module !== "media" && options.duration !== undefined) {
    throw new InvalidInputError(`Cannot tell a --duration with --module ${module}: it is for media`);
  }
  if (resume) demandDistinct(files);
  const display = createProgressDisplay(io.stderr);
  const target = await openTarget({
    ...options,
    forShop: module === "media_space",
    canEmulate: true,
    print: (line) => display.aside(() => io.stderr.write(`${line}\n`)),
  });
  const { media, shop } = target;
  const folder = options.checkpoints ?? checkpointsFolder({ environment: io.env });
  const checkpointOf = resume ? createCheckpoints({ folder, module, shop }) : undefined;

  const announce = (): void => {
    display.close();
    const what = resume ? "keeping the sessions" : "cancelling";
    io.stderr.write(`Interrupted: ${what} at Shopee. Press Ctrl-C again to stop at once\n`);
  };
  signal.addEventListener("abort", announce, { once: true });
  const outcomes = await mapBounded(files, options.parallel, async (file) => {
    const outcome = await uploadFile(file, { ...options, media, display, checkpoint: checkpointOf?.(file) });
    display.aside(() => printOutcome(outcome, options));
    return outcome;
  }).finally(async () => {
    signal.removeEventListener("abort", announce);
    display.close();
    await target.close();
  });

  const exitCode = conclude(outcomes.map(({ kind }) => kind), io);
  if (outcomes.some(({ resumable }) => resumable)) {
    io.stderr.write("To go on, run the same command again: it sends only what is missing\n");
  }
  return exitCode;
}

/** Two uploads of one file would write over each other's checkpoint. */
function demandDistinct(files: string[]): void {
  const paths = new Set<string>();
  for (const file of files) {
    if (paths.has(resolve(file))) throw new InvalidInputError(`Cannot resume ${file}: it is named more than once`);
    paths.add(resolve(file));
  }
}

/** What became of a file. */
type UploadOutcome = UploadedOutcome | UnhappyOutcome;

/** A file that Shopee has taken. */
interface UploadedOutcome {
  kind: "uploaded";
  file: string;
  result: VideoUploadResult;
  /** Bytes that an earlier run had sent. */
  passedOver: number;
  resumable?: undefined;
}

/**
 * A file that Shopee has not taken: the upload failed, the file was refused before it was sent, the user interrupted
 * the upload, or interrupted the command before the upload began.
 */
interface UnhappyOutcome {
  kind: "failed" | "refused" | "interrupted" | "unstarted";
  file: string;
  error: unknown;
  /** Whether another run can go on with it; `undefined` when that was not asked for. */
  resumable?: boolean;
}

interface UploadFileOptions extends UploadOptions {
  media: MediaManager;
  display: ProgressDisplay;
  /** Where the upload is written down, if it is to be resumable. */
  checkpoint?: CheckpointOptions;
}

/** Uploads one file. Never rejects. */
async function uploadFile(file: string, options: UploadFileOptions): Promise<UploadOutcome> {
  const { context: { signal }, media, display, module, duration, concurrency, preflight, checkpoint } = options;
  if (signal.aborted) return { kind: "unstarted", file, error: signal.reason, resumable: await isSaved(checkpoint) };

  // Each upload is ended with an error of its own, since that will tell what went wrong with its own clean-up.
  const controller = new AbortController();
  const interrupt = (): void => controller.abort(new ShopeeMediaError("Interrupted"));
  signal.addEventListener("abort", interrupt);
  const shown = display.begin(file);
  const passedOverBy = countPassedOver();
  let passedOver = 0;
  let sent = 0;
  try {
    const result = await uploadVideo(media, await openFile(file), {
      module,
      duration,
      concurrency,
      preflight,
      checkpoint,
      signal: controller.signal,
      onProgress: (progress) => {
        sent = progress.sent;
        passedOver = passedOverBy(progress);
        shown.update(progress);
      },
    });
    return { kind: "uploaded", file, result, passedOver };
  } catch (error) {
    if (signal.aborted) return { kind: "interrupted", file, error, resumable: await isSaved(checkpoint) };
    if (isInvalidInputError(error) && sent === 0) return { kind: "refused", file, error };
    return { kind: "failed", file, error, resumable: await isSaved(checkpoint) };
  } finally {
    shown.end();
    signal.removeEventListener("abort", interrupt);
  }
}

/** Whether another run can go on with the upload; `undefined` when that was not asked for. */
async function isSaved(checkpoint: CheckpointOptions | undefined): Promise<boolean | undefined> {
  if (checkpoint === undefined) return undefined;
  try {
    return await checkpoint.store.get(checkpoint.key) !== undefined;
  } catch {
    return false; // The upload has failed for the same reason, and tells it.
  }
}

/** Results go to stdout; failures, for a human, to stderr. */
function printOutcome(outcome: UploadOutcome, { context: { io }, emulator, json }: UploadOptions): void {
  if (json) return writeJsonLine(io, toReport(outcome));
  if (outcome.kind === "unstarted") return; // The summary counts them; there may be thousands.
  if (outcome.kind !== "uploaded") {
    io.stderr.write(`${outcome.file}: ${explainFailure(outcome.kind, outcome.error)}\n`);
    return;
  }
  const { passedOver } = outcome;
  const { size, md5, parts, uploadCost, videoUploadId, videoInfo } = outcome.result;
  const lines = [
    `${outcome.file}: SUCCEEDED`,
    `  video_upload_id: ${videoUploadId}`,
    `  size: ${size} bytes in ${parts.length} part${parts.length === 1 ? "" : "s"}, sent in ${uploadCost} ms`,
    ...(passedOver > 0 ? [`  resumed: ${passedOver} bytes had been sent by an earlier run`] : []),
    `  md5: ${md5}`,
    ...formatVideo(videoInfo, { hideUrls: emulator }), // An emulator's lead nowhere once the command is over.
  ];
  io.stdout.write(`${lines.join("\n")}\n`);
}

/** What `--json` prints of a file that Shopee has taken. */
type UploadReport =
  & { file: string; status: "SUCCEEDED" }
  & Pick<VideoUploadResult, "videoUploadId" | "size" | "md5" | "uploadCost" | "videoInfo">;

/** What `--json` prints of a file that Shopee has not taken. */
interface UnhappyReport {
  file: string;
  /** The session, if it still means something. */
  videoUploadId: string | null;
  /** Shopee's last word, if there was one. */
  status: string | null;
  /** With `--resume`: whether another run can go on with it. */
  resumable?: boolean;
  error: ErrorReport;
}

function toReport(outcome: UploadOutcome): UploadReport | UnhappyReport {
  const { file } = outcome;
  if (outcome.kind === "uploaded") {
    const { videoUploadId, size, md5, uploadCost, videoInfo } = outcome.result;
    return { file, videoUploadId, status: "SUCCEEDED", size, md5, uploadCost, videoInfo };
  }
  const { error, resumable } = outcome;
  const { videoUploadId, status } = isVideoFailedError(error) || isResultTimeoutError(error)
    ? error
    : { videoUploadId: null, status: null };
  return { file, videoUploadId, status, resumable, error: reportError(error) };
}
