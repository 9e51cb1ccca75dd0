import { resolve } from "node:path";
import { InvalidInputError } from "../../errors.ts";
import type { VideoModule } from "../../platform/types/video_module.ts";
import { checkpointsFolder, createCheckpoints } from "../checkpoints.ts";
import type { CommandContext } from "../command_context.ts";
import { forEachAtMost } from "../for_each_at_most.ts";
import { conclude, type OutcomeKind } from "../outcome.ts";
import { createProgressDisplay } from "../progress/progress_display.ts";
import { openTarget } from "../target.ts";
import { printOutcome } from "./print_outcome.ts";
import { uploadFile } from "./upload_file.ts";

/** The options of `shopee-media upload`. */
export interface UploadFilesOptions {
  /** The command around it. */
  context: CommandContext;
  /** Which module takes the videos. */
  module: VideoModule;
  /** Whole seconds, for `media`; a video itself tells them, too. */
  duration?: number;
  /** Parts of one file in flight. */
  concurrency?: number;
  /** Files under way at once. */
  parallel: number;
  /** Whether to look at videos before they are sent. */
  preflight: boolean;
  /** Whether to go on with interrupted uploads, and to keep those that are. */
  resume?: boolean;
  /** Folder of the checkpoints. */
  checkpoints?: string;
  /** Whether to upload to an emulator instead of Shopee. */
  emulator?: boolean;
  /** Path of an env file. */
  env?: string;
  /** Whether results are JSON. */
  json?: boolean;
}

/**
 * Uploads files and prints what becomes of each.
 *
 * @param files Their paths.
 * @param options The command's options.
 * @returns The exit code.
 */
export async function uploadFiles(files: string[], options: UploadFilesOptions): Promise<number> {
  const { context: { io, signal }, module, resume, emulator, json } = options;
  if (module !== "media" && options.duration !== undefined) {
    throw new InvalidInputError(`Cannot tell a --duration with --module ${module}: it is for media`);
  }
  if (resume) demandDistinct(files);
  const display = createProgressDisplay(io.stderr);
  const print = (line: string): void => display.aside(() => io.stderr.write(`${line}\n`));
  const target = await openTarget({ ...options, forShop: module === "media_space", canEmulate: true, print });
  const folder = options.checkpoints ?? checkpointsFolder({ environment: io.env });
  const checkpointOf = resume ? createCheckpoints({ folder, module, shop: target.shop }) : undefined;
  const kinds: OutcomeKind[] = [];
  let resumable = false;

  const announce = (): void => {
    display.close();
    const what = resume ? "keeping the sessions" : "cancelling";
    io.stderr.write(`Interrupted: ${what} at Shopee. Press Ctrl-C again to stop at once\n`);
  };
  signal.addEventListener("abort", announce, { once: true });
  try {
    await forEachAtMost(files, {
      limit: options.parallel,
      run: async (file) => {
        const checkpoint = checkpointOf?.(file);
        const outcome = await uploadFile(file, { ...options, media: target.media, checkpoint, signal, display });
        kinds.push(outcome.kind);
        resumable ||= outcome.resumable ?? false;
        display.aside(() => printOutcome(outcome, { io, emulator, json }));
      },
    });
  } finally {
    signal.removeEventListener("abort", announce);
    display.close();
    await target.close();
  }

  const exitCode = conclude(kinds, io);
  if (resumable) io.stderr.write("To go on, run the same command again: it sends only what is missing\n");
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
