import {
  isShopeeApiError,
  type MediaVideoInfo,
  ShopeeMediaError,
  type VideoInfo,
  type VideoModule,
} from "../../mod.ts";
import { type CommandContext, printLines, writeJsonLine } from "./command_context.ts";
import { reportError } from "./explain_error.ts";

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

/**
 * Indented lines about a finished video for human eyes.
 *
 * @param info What Shopee says of it, in either module's shape.
 * @param options `hideUrls` leaves out where it can be fetched.
 * @returns The lines.
 */
export function formatVideo(
  info: VideoInfo | MediaVideoInfo,
  { hideUrls = false }: { hideUrls?: boolean } = {},
): string[] {
  const duration = `  duration: ${info.duration} s${"resolution" in info ? `, ${info.resolution}` : ""}`;
  return hideUrls ? [duration] : [duration, ...formatUrls(info)];
}

function formatUrls(info: VideoInfo | MediaVideoInfo): string[] {
  if ("video_url" in info) {
    return [
      `  video: ${info.video_url}`,
      `  thumbnail: ${info.video_thumbnail_url}`,
    ];
  }
  return [
    ...info.video_url_list.map((video) => `  video (${video.video_url_region}): ${video.video_url}`),
    ...info.thumbnail_url_list.map((image) => `  thumbnail (${image.image_url_region}): ${image.image_url}`),
  ];
}
