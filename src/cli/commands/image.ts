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
import { type CommandContext, printLines, writeJsonLine } from "../command_context.ts";
import { conclude, explainFailure, type FailureKind, judgeFailure, reportError } from "../explain_error.ts";
import { openImage } from "../open_file.ts";
import { emulatorOption, envOption, moduleOption, traceOption } from "../options.ts";
import { ENVIRONMENT_HELP, openTarget } from "../target.ts";

/** What the command was called with. */
interface ImageOptions extends Pick<UploadImagesOptions, "scene" | "ratio"> {
  context: CommandContext;
  module: VideoModule;
  emulator?: boolean;
  env?: string;
  trace?: string;
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
    .addOption(traceOption())
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

/** Uploads pictures. What Shopee had taken when the user interrupted is told all the same. */
async function sendImages(files: string[], options: SendImagesOptions): Promise<ImageOutcome[]> {
  const { context: { signal }, media, module, scene, ratio } = options;
  const outcomes = new Map<number, ImageOutcome>();
  const images: File[] = [];
  const places: number[] = [];
  for (const [place, file] of files.entries()) {
    try {
      images.push(await openImage(file));
      places.push(place);
    } catch (error) {
      if (!isInvalidInputError(error)) throw error;
      outcomes.set(place, { kind: "refused", file, error });
    }
  }

  const onResult = ({ index, ...result }: ImageResult & { index: number }): void => {
    const place = places[index]!;
    outcomes.set(place, toOutcome(files[place]!, result));
  };
  try {
    await uploadImages(media, images, { module, scene, ratio, signal, onResult });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  return files.map((file, place) => outcomes.get(place) ?? { kind: "interrupted", file, error: signal.reason });
}

function toOutcome(file: string, result: ImageResult): ImageOutcome {
  const { error } = result;
  if (error === undefined) return { kind: "uploaded", file, image: result };
  return { kind: judgeFailure(error), file, error };
}

/** Results go to stdout; failures, for a human, to stderr. */
function printOutcome(outcome: ImageOutcome, { context: { io }, emulator, json }: ImageOptions): void {
  const { file } = outcome;
  if (outcome.kind !== "uploaded") {
    const { kind, error } = outcome;
    if (json) return writeJsonLine(io, { file, imageId: null, urls: [], error: reportError(error) });
    return printLines(io.stderr, `${file}: ${explainFailure(kind, error)}`);
  }
  const { imageId, urls } = outcome.image;
  if (json) return writeJsonLine(io, { file, imageId, urls });
  const links = emulator ? [] : urls.map(({ image_url }) => image_url); // Its links lead nowhere in a moment.
  printLines(io.stdout, [`${file}: ${imageId}`, ...links].join(" "));
}
