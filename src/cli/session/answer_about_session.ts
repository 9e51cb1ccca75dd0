import { isShopeeApiError, ShopeeMediaError } from "../../errors.ts";
import type { VideoModule } from "../../platform/types/video_module.ts";
import { createMediaProtocol } from "../../upload/session/media_protocol.ts";
import { createMediaSpaceProtocol } from "../../upload/session/media_space_protocol.ts";
import type { Protocol, SessionId, SessionStatus } from "../../upload/session/protocol.ts";
import { type CommandContext, writeJsonLine } from "../command_context.ts";
import { reportError } from "../explain_error.ts";
import { formatVideo } from "../format.ts";
import { openTarget } from "../target.ts";

/** The options of the subcommands that deal with one session. */
export interface SessionCommandOptions {
  /** The session's module. */
  module: VideoModule;
  /** Path of an env file. */
  env?: string;
  /** Whether the answer is JSON. */
  json?: boolean;
}

/** Options of {@linkcode answerAboutSession}. */
export interface AnswerAboutSessionOptions extends SessionCommandOptions {
  /** The command around it. */
  context: CommandContext;
  /** Gets the answer from Shopee. */
  ask(protocol: Protocol, session: SessionId): Promise<SessionStatus>;
}

/**
 * Asks Shopee something about a session, and prints where the session stands then.
 *
 * @param videoUploadId The session.
 * @param options What to ask, and how to print the answer.
 */
export async function answerAboutSession(videoUploadId: string, options: AnswerAboutSessionOptions): Promise<void> {
  const { context, module, env, json, ask } = options;
  const { io } = context;
  const { media } = await openTarget({ context, env, forShop: module === "media_space", canEmulate: false });
  const protocol = module === "media" ? createMediaProtocol(media, {}) : createMediaSpaceProtocol(media);
  try {
    const { status, message, videoInfo } = await ask(protocol, { videoUploadId });
    if (json) return writeJsonLine(io, { videoUploadId, status, message: message || undefined, videoInfo });
    const lines = [`${videoUploadId}: ${status}${message === "" ? "" : `: ${message}`}`];
    if (videoInfo !== undefined) lines.push(...formatVideo(videoInfo));
    io.stdout.write(`${lines.join("\n")}\n`);
  } catch (error) {
    if (json) writeJsonLine(io, { videoUploadId, status: null, error: reportError(error) });
    throw pointToOtherModule(error, module); // `main` tells it, too, and finds the exit code.
  }
}

function pointToOtherModule(error: unknown, module: VideoModule): unknown {
  if (!isShopeeApiError(error) || error.code !== "error_invalid_upload_id") return error;
  const other = module === "media" ? "media_space" : "media";
  return new ShopeeMediaError(`${error.message}: was it uploaded with --module ${other}?`, { cause: error });
}
