import type { Line } from "../../api/line.ts";
import { ShopeeMediaError } from "../../errors.ts";
import { VIDEO_LIMITS } from "../../platform/limits.ts";
import type { VideoInfoByModule, VideoModule } from "../../platform/types/video_module.ts";
import type { Part } from "../../stream/part.ts";
import type { VideoUploadSession } from "../result.ts";

/** Options of the calls of a {@linkcode Protocol}. */
export interface ProtocolCallOptions {
  /** Cuts the call. */
  signal?: AbortSignal | undefined;
}

/** Where a session stands at Shopee. */
export interface SessionStatus<Module extends VideoModule = VideoModule> {
  /** Shopee's word, which may be one that was unknown when this was written; `UNKNOWN` when its answer has none. */
  status: string;
  /** Shopee's reason, if it gave one. */
  message: string;
  /** The video, once it is ready. */
  videoInfo?: VideoInfoByModule[Module] | undefined;
}

/** What is known of a file before its session is opened. */
export interface FileFacts {
  /** Bytes in the whole file. */
  size: number;
  /** Its hex MD5: `media_space` cannot open a session without. */
  md5?: string | undefined;
}

/** What is known of an upload when all its parts were sent. */
export interface UploadFacts {
  /** Numbers of all parts. */
  parts: number[];
  /** Whole ms spent in sending them. */
  uploadCost: number;
}

/** Names a session. */
export type SessionId = Pick<VideoUploadSession, "videoUploadId">;

/** One module's way to upload a video: the five calls, brought to one shape. */
export interface Protocol<Module extends VideoModule = VideoModule> {
  /** Opens a session. `lastAttempt` lets the call end, so that a session which it opens can be cancelled. */
  open(
    file: FileFacts,
    options: ProtocolCallOptions & { lastAttempt?: AbortSignal | undefined },
  ): Promise<VideoUploadSession<Module>>;
  /** Sends a part over the `line`; `onSent` hears how many of its bytes the network has taken in this attempt. */
  sendPart(
    session: VideoUploadSession,
    part: Part,
    options: ProtocolCallOptions & { line?: Line | undefined; onSent?: (sent: number) => void },
  ): Promise<void>;
  /** Says that all parts were sent. `onDoubt` hears whether that may have come through by now. */
  complete(
    session: VideoUploadSession,
    upload: UploadFacts,
    options: ProtocolCallOptions & { onDoubt?: ((mayHaveSucceeded: boolean) => void) | undefined },
  ): Promise<void>;
  /** Asks where a session stands. */
  status(session: SessionId, options: ProtocolCallOptions): Promise<SessionStatus<Module>>;
  /** Gives a session up. */
  cancel(session: SessionId, options: ProtocolCallOptions): Promise<void>;
}

/** A part is no larger than the largest video. */
const MAX_PART_SIZE = VIDEO_LIMITS.media.maxSize;

/**
 * Reads the answer of `init_video_upload`.
 *
 * @param module The module that was asked.
 * @param response What it answered.
 * @returns The session.
 * @throws {ShopeeMediaError} The answer does not hold what it must.
 */
export function sessionFrom<Module extends VideoModule>(
  module: Module,
  response: { video_upload_id?: unknown | undefined; part_size?: unknown | undefined } | undefined,
): VideoUploadSession<Module> {
  const videoUploadId = response?.video_upload_id;
  const partSize = response?.part_size;
  if (typeof videoUploadId !== "string" || videoUploadId === "") {
    throw new ShopeeMediaError("Cannot open an upload session: Shopee's answer has no video_upload_id");
  }
  // Before anything is allocated for parts of that size.
  const isPartSize = Number.isSafeInteger(partSize) && (partSize as number) >= 1 &&
    (partSize as number) <= MAX_PART_SIZE;
  if (!isPartSize) {
    throw new ShopeeMediaError(`Cannot open an upload session: Shopee's part_size is ${JSON.stringify(partSize)}`);
  }
  return { module, videoUploadId, partSize: partSize as number };
}
