import { raceSignal } from "../async/race_signal.ts";
import { InvalidInputError, SourceChangedError } from "../errors.ts";
import { MEDIA_SPACE_PART_SIZE } from "../platform/limits.ts";
import type { ByteChunk } from "../stream/byte_chunk.ts";
import { createPartUploadSink } from "../stream/create_part_upload_sink.ts";
import { createPartHasher } from "../stream/md5/create_part_hasher.ts";
import type { PartHasher } from "../stream/md5/md5_backend.ts";
import type { Part } from "../stream/part.ts";
import { createRechunker, type Rechunker } from "../stream/rechunker.ts";
import { toBytes } from "../stream/to_bytes.ts";
import { checkAllParts } from "./check_all_parts.ts";
import { completeUpload } from "./complete_upload.ts";
import { createCheckpoint, type SavedUpload } from "./create_checkpoint.ts";
import { createProgressTracker } from "./create_progress_tracker.ts";
import { createResumeGate, type GateVerdict } from "./create_resume_gate.ts";
import { createSessionControl } from "./create_session_control.ts";
import type { Protocol } from "./protocol.ts";
import type { ResolvedSinkOptions } from "./resolve_sink_options.ts";
import type { VideoModule } from "../platform/types/video_module.ts";
import type { UploadedVideo, VideoUploadResult, VideoUploadSession } from "./video_upload_result.ts";
import { waitForResult } from "./wait_for_result.ts";

/** One upload from its first byte to its result: what a sink does. */
export interface VideoUpload<Module extends VideoModule = VideoModule> {
  /** Takes bytes; settles when there is room for more. */
  write(chunk: ByteChunk): Promise<void>;
  /** Opens the session, if it can be opened by now, and answers the size that parts must have. */
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

/**
 * Starts an upload. Nothing is sent before the first byte has come.
 *
 * @param protocol How the module is spoken to.
 * @param options What is to be uploaded, and how.
 * @param onFailed Told the reason when the upload has failed and was cancelled.
 * @returns The upload.
 */
export function createVideoUpload<Module extends VideoModule>(
  protocol: Protocol<Module>,
  options: ResolvedSinkOptions<Module>,
  onFailed?: (reason: unknown) => void,
): VideoUpload<Module> {
  const { module, size, limit, concurrency, signal } = options;
  /** Without the file's MD5, `media_space` opens no session: the parts are held until it is known. */
  const held: Part[] | undefined = module === "media_space" && options.md5 === undefined ? [] : undefined;
  const session = Promise.withResolvers<VideoUploadSession<Module>>();
  const result = Promise.withResolvers<VideoUploadResult<Module>>();
  const stop = new AbortController();
  const checkpoint = options.checkpoint && createCheckpoint(module, options.checkpoint);
  const sessions = createSessionControl({ protocol, stop: stop.signal, checkpoint });
  const progress = createProgressTracker({
    total: size,
    onProgress: (event) => options.onProgress?.(event),
    onError: (error) => void fail(error),
  });
  const window = createPartUploadSink({ concurrency, upload: sendPart }).getWriter();
  const acked = new Map<number, number>();
  let upload!: SavedUpload<Module>;
  let isOpen = false;
  let gate: ((part: Part) => GateVerdict) | undefined;
  let hasher!: PartHasher;
  let rechunker: Rechunker | undefined;
  let failing: Promise<unknown> | undefined;
  let settled = false;
  let read = 0;
  let seq = 0;
  let firstRequest: number | undefined;
  let uploadCost = 0;

  // Who asks for neither must not be told of their failure; the pipe is.
  for (const promise of [session.promise, result.promise, window.closed]) promise.catch(() => {});

  async function partSize(): Promise<number> {
    if (held !== undefined) return MEDIA_SPACE_PART_SIZE;
    if (!isOpen) await begin(sessions.start({ size: size!, md5: options.md5 }));
    return upload.session.partSize;
  }

  /** Books what the source has given, before anything is done with it. */
  function count(bytes: Uint8Array): void {
    stop.signal.throwIfAborted();
    if (read + bytes.length > limit) throw tooLong(read + bytes.length, limit, size);
    read += bytes.length;
  }

  async function take(chunk: ByteChunk): Promise<void> {
    const bytes = toBytes(chunk);
    if (bytes.length === 0) return;
    count(bytes);
    rechunker ??= createRechunker(await partSize());
    progress.read(bytes.length);
    for (const part of rechunker.push(bytes)) await takePart(part);
  }

  async function takeWhole(part: Uint8Array<ArrayBuffer>): Promise<void> {
    count(part);
    progress.read(part.length);
    await takePart(part);
  }

  async function begin(starting: Promise<SavedUpload<Module>>): Promise<void> {
    upload = await raceSignal(starting, stop.signal);
    isOpen = true;
    uploadCost = upload.uploadCost;
    gate = upload.parts.size > 0 ? createResumeGate(upload.parts) : undefined;
    session.resolve(upload.session);
    progress.start(upload.session.partSize);
  }

  async function takePart(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    hasher ??= await createPartHasher();
    const part = { seq: seq++, bytes, md5: hasher.hashPart(bytes) };
    if (held) held.push(part);
    else await passOn(part);
  }

  async function passOn(part: Part): Promise<void> {
    if (gate === undefined) return await window.write(part);
    const { known, changed, ready } = gate(part);
    if (known) onAcked(part);
    if (changed) await startOver();
    for (const part of ready) await window.write(part);
  }

  /** The source is not the one that was interrupted. As long as no part of it was passed over, nothing is lost. */
  async function startOver(): Promise<void> {
    if (acked.size > 0) throw sourceChanged(upload.session);
    const { partSize } = upload.session;
    await begin(sessions.restart(upload.file));
    // The parts at hand were cut for the other session.
    if (upload.session.partSize !== partSize) throw sourceChanged(upload.session);
  }

  async function sendPart(part: Part, signal: AbortSignal): Promise<void> {
    try {
      firstRequest ??= performance.now();
      await protocol.sendPart(upload.session, part, { signal, onSent: (bytes) => progress.sent(part, bytes) });
      uploadCost = upload.uploadCost + Math.round(performance.now() - firstRequest);
      await checkpoint?.acked(part, uploadCost);
      onAcked(part);
    } catch (error) {
      void fail(error);
      throw error;
    }
  }

  function onAcked(part: Part): void {
    acked.set(part.seq, part.bytes.length);
    rechunker?.release(part.bytes);
    options.release?.(part.bytes);
    progress.acked(part);
  }

  async function finish(): Promise<void> {
    stop.signal.throwIfAborted();
    const last = rechunker?.flush();
    if (last !== undefined) await takePart(last);
    if (read === 0) throw new InvalidInputError("Cannot upload the video: the file is empty");
    if (size !== undefined && read !== size) throw tooShort(read, size);
    const md5 = hasher.digest();
    if (options.md5 !== undefined && options.md5 !== md5) {
      throw new InvalidInputError(`Cannot upload the video: its MD5 is ${md5}, but was to be ${options.md5}`);
    }
    progress.end();
    if (held !== undefined) {
      await begin(sessions.start({ size: read, md5 }));
      while (held.length > 0) await passOn(held.shift()!);
    }
    await window.close();

    const parts = checkAllParts(acked, read);
    progress.processing();
    await completeUpload(protocol, upload.session, { parts, uploadCost, signal: stop.signal });
    const videoInfo = await waitForResult(protocol, upload.session, {
      ...options.poll,
      pushes: options.pushes,
      signal: stop.signal,
      onStatus: (status) => progress.processing(status),
    });
    stop.signal.throwIfAborted();
    settled = true;
    signal?.removeEventListener("abort", onAbort);
    // Not awaited: one that stays does no harm, since who resumes finds the session done.
    checkpoint?.remove().catch(() => {});
    progress.done();
    const { videoUploadId } = upload.session;
    const uploaded: UploadedVideo<Module> = { module, videoUploadId, size: read, md5, parts, uploadCost, videoInfo };
    result.resolve(uploaded as VideoUploadResult<Module>);
  }

  /** Stops everything, cancels the session, and answers the first reason there was. */
  function fail(reason: unknown): Promise<unknown> {
    failing ??= settled ? Promise.resolve(reason) : giveUp(reason);
    return failing;
  }

  async function giveUp(reason: unknown): Promise<unknown> {
    signal?.removeEventListener("abort", onAbort);
    stop.abort(reason);
    window.abort(reason).catch(() => {});
    const cleanupError = await sessions.giveUp(reason);
    if (cleanupError !== undefined && reason instanceof Error && Object.isExtensible(reason)) {
      Object.assign(reason, { cleanupError });
    }
    session.reject(reason);
    result.reject(reason);
    onFailed?.(reason);
    return reason;
  }

  function onAbort(): void {
    void fail(signal!.reason);
  }

  if (signal?.aborted) onAbort();
  else signal?.addEventListener("abort", onAbort, { once: true });

  const orFail = <T>(work: Promise<T>) =>
    work.catch(async (error): Promise<never> => {
      throw await fail(error);
    });
  return {
    write: (chunk) => orFail(take(chunk)),
    partSize: () => orFail(partSize()),
    writePart: (part) => orFail(takeWhole(part)),
    close: () => orFail(finish()),
    abort: async (reason) => void await fail(reason),
    get buffers() {
      if (held !== undefined) return Math.ceil(limit / MEDIA_SPACE_PART_SIZE);
      // The gate of a resumed upload holds the holes between the acknowledged parts, until it has seen the last of these.
      const holes = isOpen ? Math.max(-1, ...upload.parts.keys()) + 1 - upload.parts.size : 0;
      return Math.max(concurrency, holes + 1) + 1;
    },
    signal: stop.signal,
    session: session.promise,
    result: result.promise,
  };
}

function sourceChanged({ videoUploadId }: VideoUploadSession): SourceChangedError {
  return new SourceChangedError(`Cannot resume the upload ${videoUploadId}: the source has changed`);
}

function tooLong(read: number, limit: number, size: number | undefined): InvalidInputError {
  if (size === undefined) {
    return new InvalidInputError(`Cannot upload the video: it has over ${limit} bytes, and Shopee takes no more`);
  }
  return new InvalidInputError(
    `Cannot upload the video: its size was to be ${size} bytes, but at least ${read} have come`,
  );
}

function tooShort(read: number, size: number): InvalidInputError {
  return new InvalidInputError(`Cannot upload the video: it ended after ${read} bytes, but its size was to be ${size}`);
}
