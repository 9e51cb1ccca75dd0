import type { MediaApi } from "../api/media_manager.ts";
import type { ByteChunk } from "../bytes.ts";
import { MEDIA_SPACE_PART_SIZE } from "../platform/limits.ts";
import type { VideoModule } from "../platform/types/video_module.ts";
import type { ReadableFile } from "../preflight/readable_file.ts";
import { createEnding } from "./ending.ts";
import { createIntake } from "./intake.ts";
import type { ResolvedSinkOptions } from "./options.ts";
import { createPartSender } from "./part_sender.ts";
import { createProgressTracker } from "./progress.ts";
import type { VideoUploadResult, VideoUploadSession } from "./result.ts";
import { createCheckpoint } from "./session/checkpoint.ts";
import { createProtocol } from "./session/create_protocol.ts";
import { createSessionKeeper } from "./session/session_keeper.ts";
import { waitForResult } from "./session/wait_for_result.ts";

/** One upload from its first byte to its result: what a sink does. */
export interface VideoUpload<Module extends VideoModule = VideoModule> {
  /** Takes bytes; settles when there is room for more. */
  write(chunk: ByteChunk): Promise<void>;
  /** Opens the session, if it can be opened by now, and returns the size that parts must have. */
  partSize(): Promise<number>;
  /** As `write`, for bytes that are exactly one part: nothing is copied. */
  writePart(part: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Takes the end of the file; settles when the video is ready. */
  close(): Promise<void>;
  /** Gives up; settles when Shopee knows. */
  abort(reason: unknown): Promise<void>;
  /**
   * Most parts that are alive at once, whatever the file's size; all of them while the session waits for the MD5. Known
   * with `partSize`.
   */
  readonly buffers: number;
  /** Fires as soon as the upload has failed. */
  signal: AbortSignal;
  /** The session, once it is open. */
  session: Promise<VideoUploadSession<Module>>;
  /** The result, once it is there. */
  result: Promise<VideoUploadResult<Module>>;
}

/** Options of {@linkcode createVideoUpload}: those of a sink, checked, and what its source needs. */
export interface VideoUploadOptions<Module extends VideoModule> extends ResolvedSinkOptions<Module> {
  /** Looks at a file that is whole in memory before anything of it is sent: one whose MD5 is not known beforehand. */
  inspect?: ((file: ReadableFile) => Promise<unknown>) | undefined;
  /** Called with each part that was acknowledged: its buffer is not needed any more. */
  release?: ((part: Uint8Array<ArrayBuffer>) => void) | undefined;
  /** Called with the reason when the upload has failed and was cleaned up. */
  onFailed?: ((reason: unknown) => void) | undefined;
}

/**
 * Starts an upload: open a session, cut, hash and send the file, complete the session, wait for the result. Nothing is sent
 * before the first byte has come.
 *
 * @param media Makes the calls.
 * @param options What is to be uploaded, and how.
 * @returns The upload.
 */
export function createVideoUpload<Module extends VideoModule>(
  media: MediaApi,
  options: VideoUploadOptions<Module>,
): VideoUpload<Module> {
  const { module, size, md5, concurrency, until, poll, pushes, onProgress, onFailed } = options;
  const protocol = createProtocol(media, options);
  const checkpoint = options.checkpoint && createCheckpoint(module, options.checkpoint);
  const stop = new AbortController();
  const { signal } = stop;
  const keeper = createSessionKeeper({ module, protocol, checkpoint, stop: signal });
  const ending = createEnding<Module>({ stop, signal: options.signal, cleanUp: keeper.giveUp, onFailed });
  const progress = createProgressTracker({ total: size, onProgress, onError: ending.fail });
  const intake = createIntake(options);
  const sender = createPartSender({ protocol, keeper, checkpoint, progress, concurrency, signal, ending, release });

  /** Without the file's MD5, `media_space` opens no session: the parts are held until it is known. */
  const isHeld = module === "media_space" && md5 === undefined;

  async function partSize(): Promise<number> {
    if (isHeld) return MEDIA_SPACE_PART_SIZE;
    return (await sender.open({ size: size!, md5 })).partSize;
  }

  async function write(chunk: ByteChunk): Promise<void> {
    const bytes = intake.count(chunk);
    if (bytes.length === 0 || signal.aborted) return;
    const pieces = intake.cut(bytes, await partSize());
    progress.read(bytes.length);
    for (const piece of pieces) await sender.add(await intake.hash(piece));
  }

  async function writePart(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    if (signal.aborted) return;
    progress.read(intake.count(bytes).length);
    await sender.add(await intake.hash(bytes));
  }

  async function close(): Promise<void> {
    if (signal.aborted) return;
    const { last, ...file } = await intake.end();
    if (last !== undefined) await sender.add(last);
    if (isHeld) await options.inspect?.(sender.held(file.size));
    progress.end();
    const { session, ...sent } = await sender.finish(file);
    progress.completing();
    await keeper.complete(sent);
    progress.processing();
    const onStatus = progress.processing;
    const ready = until === "ready" && await waitForResult(protocol, session, { ...poll, pushes, signal, onStatus });
    signal.throwIfAborted();
    const uploaded = { module, videoUploadId: session.videoUploadId, ...file, ...sent, ...ready };
    ending.succeed(uploaded as VideoUploadResult<Module>);
    progress.done();
    // Not awaited: one that stays does no harm, since who resumes finds the session done.
    checkpoint?.close("forget").catch(() => {});
  }

  function release(bytes: Uint8Array<ArrayBuffer>): void {
    intake.release(bytes);
    options.release?.(bytes);
  }

  return {
    write: (chunk) => ending.orFail(write(chunk)),
    partSize: () => ending.orFail(partSize()),
    writePart: (bytes) => ending.orFail(writePart(bytes)),
    close: () => ending.orFail(close()),
    abort: async (reason) => void await ending.fail(reason),
    get buffers() {
      if (isHeld) return Math.ceil(options.limit / MEDIA_SPACE_PART_SIZE);
      return Math.max(concurrency, sender.holes + 1) + 1;
    },
    signal,
    session: ending.session,
    result: ending.result,
  };
}
