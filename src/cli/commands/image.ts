import { type Command, Option } from "commander";
import {
  type ImageResult,
  InvalidInputError,
  isInvalidInputError,
  type MediaManager,
  type UploadedImage,
  uploadImages,
  type UploadImagesOptions,
  type VideoModule,
} from "../../../mod.ts";
import { type CommandContext, writeJsonLine } from "../command_context.ts";
import { reportError } from "../explain_error.ts";
import { openImage } from "../open_file.ts";
import { emulatorOption, envOption, moduleOption } from "../options.ts";
import { conclude, explainFailure, type FailureKind } from "../outcome.ts";
import { ENVIRONMENT_HELP, openTarget } from "../target.ts";

/** What the command was called with. */
interface ImageOptions extends Pick<UploadImagesOptions, "scene" | "ratio"> {
  context: CommandContext;
  module: VideoModule;
  emulator?: boolean;
  env?: string;
  json?: boolean;
}

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
    .addOption(emulatorOption())
    .addOption(envOption())
    .option("--json", "print one JSON object for each file on stdout, everything else on stderr")
    .addHelpText("after", ENVIRONMENT_HELP)
    .action(async (files: string[], options: Omit<ImageOptions, "context">) => {
      context.exitCode = await uploadImageFiles(files, { ...options, context });
    });
}

/** Uploads pictures and prints what became of each, in their order. Returns the exit code. */
async function uploadImageFiles(files: string[], options: ImageOptions): Promise<number> {
  const { context: { io }, module, scene, ratio } = options;
  if (module === "media" && (scene ?? ratio) !== undefined) {
    throw new InvalidInputError("Cannot choose a --scene or --ratio with --module media: they are for media_space");
  }
  const { media, close } = await openTarget({ ...options, forShop: false, canEmulate: true });
  const outcomes = await sendImages(files, { ...options, media }).finally(close);

  for (const outcome of outcomes) printOutcome(outcome, options);
  return conclude(outcomes.map(({ kind }) => kind), io);
}

/** What became of a picture: Shopee has taken it, or not. */
type ImageOutcome =
  | { kind: "uploaded"; file: string; image: UploadedImage }
  | { kind: FailureKind; file: string; error: unknown };

interface SendImagesOptions extends ImageOptions {
  media: MediaManager;
}

async function sendImages(files: string[], options: SendImagesOptions): Promise<ImageOutcome[]> {
  const { context: { signal } } = options;
  try {
    const results = await sendThoseThatOpen(files, options);
    return results.map((result, index) => toOutcome(files[index]!, result));
  } catch (error) {
    if (!signal.aborted) throw error;
    return files.map((file) => ({ kind: "interrupted", file, error: signal.reason }));
  }
}

async function sendThoseThatOpen(files: string[], options: SendImagesOptions): Promise<ImageResult[]> {
  const { context: { signal }, media, module, scene, ratio } = options;
  const results = new Array<ImageResult>(files.length);
  const images = new Map<number, File>();
  for (const [index, file] of files.entries()) {
    try {
      images.set(index, await openImage(file));
    } catch (error) {
      if (!isInvalidInputError(error)) throw error;
      results[index] = { error };
    }
  }

  const sent = await uploadImages(media, [...images.values()], { module, scene, ratio, signal });
  for (const [position, index] of [...images.keys()].entries()) results[index] = sent[position]!;
  return results;
}

function toOutcome(file: string, result: ImageResult): ImageOutcome {
  const { error } = result;
  if (error === undefined) return { kind: "uploaded", file, image: result };
  return { kind: isInvalidInputError(error) ? "refused" : "failed", file, error };
}

/** Results go to stdout; failures, for a human, to stderr. */
function printOutcome(outcome: ImageOutcome, { context: { io }, emulator, json }: ImageOptions): void {
  const { file } = outcome;
  if (outcome.kind !== "uploaded") {
    const { kind, error } = outcome;
    if (json) return writeJsonLine(io, { file, imageId: null, urls: [], error: reportError(error) });
    io.stderr.write(`${file}: ${explainFailure(kind, error)}\n`);
    return;
  }
  const { imageId, urls } = outcome.image;
  if (json) return writeJsonLine(io, { file, imageId, urls });
  const links = emulator ? [] : urls.map(({ image_url }) => image_url); // Its links lead nowhere in a moment.
  io.stdout.write(`${[`${file}: ${imageId}`, ...links].join(" ")}\n`);
}
