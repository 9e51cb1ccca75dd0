import { resolve } from "node:path";
import { type Command, Option } from "commander";
import {
  type CheckpointOptions,
  InvalidInputError,
  isResultTimeoutError,
  isVideoFailedError,
  type SentVideo,
  type UploadUntil,
  type VideoModule,
} from "../../../mod.ts";
import { createFolderStore } from "../../node/mod.ts";
import { type CommandContext, printLines, writeJsonLine } from "../command_context.ts";
import { conclude, explainFailure, reportError } from "../explain_error.ts";
import { formatVideo } from "../format.ts";
import { emulatorOption, envOption, moduleOption, parseWholeNumber, traceOption } from "../options.ts";
import { createProgressDisplay } from "../progress/progress_display.ts";
import { prepareFolder, stateFolder } from "../state_folder.ts";
import { ENVIRONMENT_HELP, openTarget, type Target } from "../target.ts";
import { STDIN, uploadFile, type UploadOutcome } from "../upload_file.ts";

/** What the command was called with. */
interface UploadOptions {
  context: CommandContext;
  module: VideoModule;
  /** Whole seconds, for `media`; a video itself tells them, too. */
  duration?: number;
  /** Bytes of what comes on standard input. */
  size?: number;
  /** Name of what comes on standard input. */
  fileName?: string;
  /** Whether to look at videos before they are sent. */
  preflight: boolean;
  /** Parts of one file in flight. */
  concurrency?: number;
  /** What an upload is over with. */
  until: UploadUntil;
  /** Files under way at once. */
  parallel: number;
  /** Whether to go on with interrupted uploads, and to keep those that are. */
  resume?: boolean;
  /** Folder of the checkpoints. */
  checkpoints?: string;
  emulator?: boolean;
  env?: string;
  trace?: string;
  json?: boolean;
}

/** Adds `upload FILE…` to the program. */
export function addUploadCommand(program: Command, context: CommandContext): void {
  program.command("upload")
    .description("Upload videos and wait until Shopee has transcoded them. One bad file does not stop the others.")
    .argument("<file...>", "the videos; - reads one from standard input")
    .addOption(moduleOption())
    .option(
      "--duration <seconds>",
      "length to tell --module media (default: the video's own)",
      parseWholeNumber(1, 180),
    )
    .option("--size <bytes>", "of -: how many bytes will come; --module media needs it", parseWholeNumber(1, 2 ** 30))
    .option("--file-name <name>", "of -: what to call it; --module media needs it")
    .option("--no-preflight", "send videos without looking at them first")
    .option("--concurrency <parts>", "parts of a file in flight at once (default: 3)", parseWholeNumber(1, 16))
    .option("--parallel <files>", "files under way at once", parseWholeNumber(1, 100), 1)
    .addOption(untilOption())
    .addOption(resumeOption())
    .addOption(checkpointsOption(stateFolder("checkpoints", { environment: context.io.env })))
    .addOption(emulatorOption())
    .addOption(envOption())
    .addOption(traceOption())
    .option("--json", "print one JSON object for each file on stdout, everything else on stderr")
    .addHelpText("after", ENVIRONMENT_HELP)
    .action(async (files: string[], options: Omit<UploadOptions, "context">) => {
      context.exitCode = await uploadFiles(files, { ...options, context });
    });
}

function untilOption(): Option {
  return new Option(
    "--until <stage>",
    "when to end: uploaded, as soon as Shopee has all of it, or ready, when it has been transcoded",
  )
    .choices(["uploaded", "ready"])
    .default("ready");
}

function resumeOption(): Option {
  return new Option("--resume", "go on where an interrupted upload stopped, and keep it when this one is interrupted")
    .conflicts("emulator");
}

function checkpointsOption(folder: string = "none, for a user who has no home"): Option {
  return new Option("--checkpoints <folder>", `as --resume, with the notes in this folder (default: ${folder})`)
    .implies({ resume: true })
    .conflicts("emulator");
}

/** Uploads files and prints what becomes of each. Returns the exit code. */
async function uploadFiles(files: string[], options: UploadOptions): Promise<number> {
  const { context: { io, signal }, module, resume } = options;
  checkUsage(files, options);
  const display = createProgressDisplay(io.stderr);
  const announce = (): void => {
    display.close();
    const what = resume ? "keeping the sessions" : "cancelling";
    printLines(io.stderr, `Interrupted: ${what} at Shopee. Press Ctrl-C again to stop at once`);
  };
  signal.addEventListener("abort", announce, { once: true });
  let target: Target | undefined;
  try {
    target = await openTarget({
      ...options,
      forShop: module === "media_space",
      canEmulate: true,
      print: (line) => display.aside(() => printLines(io.stderr, line)),
    });
    const { media, shop } = target;
    const checkpointOf = resume ? await openCheckpoints(options, shop) : undefined;
    const outcomes = await inLanes(files, options.parallel, async (file) => {
      const shown = display.begin(file);
      const checkpoint = checkpointOf?.(file);
      const onProgress = shown.update;
      const outcome = await uploadFile(file, { ...options, io, signal, media, checkpoint, onProgress });
      shown.end();
      display.aside(() => printOutcome(outcome, options));
      return outcome;
    });
    display.close();
    const exitCode = conclude(outcomes.map(({ kind }) => kind), io);
    if (outcomes.some(({ resumable }) => resumable)) {
      printLines(io.stderr, "To go on, run the same command again: it sends only what is missing");
    }
    return exitCode;
  } finally {
    signal.removeEventListener("abort", announce);
    display.close();
    await target?.close();
  }
}

/** Refuses what commander takes, but cannot work. */
function checkUsage(files: string[], options: UploadOptions): void {
  const { module, duration, size, fileName, resume } = options;
  const refuse = (reason: string): never => {
    throw new InvalidInputError(reason);
  };
  if (module !== "media" && duration !== undefined) {
    refuse(`Cannot tell a --duration with --module ${module}: it is for media`);
  }
  const hasStdin = files.includes(STDIN);
  if (!hasStdin && (size !== undefined || fileName !== undefined)) {
    refuse("Cannot tell a --size or --file-name of a file: they are for -, which is standard input");
  }
  const repeated = findRepeated(files);
  if (repeated === STDIN) refuse("Cannot upload - more than once: standard input can be read only once");
  if (hasStdin && resume) refuse("Cannot resume -: standard input can be read only once");
  if (hasStdin && module === "media" && [duration, size, fileName].includes(undefined)) {
    refuse("Cannot upload - with --module media without --file-name, --size and --duration");
  }
  // Two uploads of one file would write over each other's checkpoint.
  if (repeated !== undefined && resume) refuse(`Cannot resume ${repeated}: it is named more than once`);
}

function findRepeated(files: string[]): string | undefined {
  const paths = new Set<string>();
  for (const file of files) {
    const path = file === STDIN ? file : resolve(file);
    if (paths.has(path)) return file;
    paths.add(path);
  }
  return undefined;
}

/** Opens the notes of interrupted uploads. Returns a function that finds those of a file. */
async function openCheckpoints(
  { context: { io }, module, checkpoints }: UploadOptions,
  shop: number | undefined,
): Promise<(file: string) => CheckpointOptions> {
  const folder = await prepareFolder(checkpoints ?? stateFolder("checkpoints", { environment: io.env }), {
    what: "the notes of --resume",
    advice: "name one with --checkpoints",
  });
  const store = createFolderStore(folder);
  return (file) => ({ store, key: `${module} ${shop ?? ""} ${resolve(file)}` });
}

/** Works through items, on at most `lanes` of them at once. Returns the results in the items' order. */
async function inLanes<Item, Result>(
  items: Item[],
  lanes: number,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const queue = items.entries(); // All lanes draw from this.
  await Promise.all(Array.from({ length: lanes }, async () => {
    for (const [index, item] of queue) results[index] = await work(item);
  }));
  return results;
}

/** Results go to stdout; failures, for a human, to stderr. */
function printOutcome(outcome: UploadOutcome, options: UploadOptions): void {
  const { context: { io }, emulator, json } = options;
  const { file } = outcome;
  if (outcome.kind !== "uploaded") {
    const { kind, error, videoUploadId = null, resumable } = outcome;
    if (json) {
      const status = isVideoFailedError(error) || isResultTimeoutError(error) ? error.status : null;
      return writeJsonLine(io, { file, videoUploadId, status, resumable, error: reportError(error) });
    }
    if (kind === "unstarted") return; // The summary counts them; there may be thousands.
    const rest = kind === "interrupted" && videoUploadId !== null
      ? `, with the session ${videoUploadId} at Shopee`
      : "";
    return printLines(io.stderr, `${file}: ${explainFailure(kind, error)}${rest}`);
  }
  const { result, resumed } = outcome;
  const { videoUploadId, size, md5, parts, uploadCost } = result;
  const videoInfo = "videoInfo" in result ? result.videoInfo : undefined;
  const status = videoInfo === undefined ? "UPLOADED" : "SUCCEEDED";
  if (json) return writeJsonLine(io, { file, videoUploadId, status, size, md5, uploadCost, videoInfo });
  printLines(
    io.stdout,
    `${file}: ${status}`,
    `  video_upload_id: ${videoUploadId}`,
    `  size: ${size} bytes in ${parts.length} part${parts.length === 1 ? "" : "s"}, sent in ${uploadCost} ms`,
    ...(resumed > 0 ? [`  resumed: ${resumed} bytes had been sent by an earlier run`] : []),
    `  md5: ${md5}`,
    ...(videoInfo === undefined ? hintAtWait(result, emulator) : formatVideo(videoInfo, { hideUrls: emulator })),
  );
}

/** Where there is something to wait for: an emulator is gone once the command is over. */
function hintAtWait({ module, videoUploadId }: SentVideo<VideoModule>, emulator: boolean | undefined): string[] {
  return emulator ? [] : [`  to wait for it: shopee-media wait ${videoUploadId} --module ${module}`];
}
