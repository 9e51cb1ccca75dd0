import { raceSignal } from "../api/race_signal.ts";
import { InvalidInputError, isResultTimeoutError, isVideoFailedError, ShopeeMediaError } from "../errors.ts";
import { createPartUploadSink } from "../stream/create_part_upload_sink.ts";
import { createPartHasher } from "../stream/md5/create_part_hasher.ts";
import type { PartHasher } from "../stream/md5/md5_backend.ts";
import type { Part } from "../stream/part.ts";
import { createRechunker, type Rechunker } from "../stream/rechunker.ts";
import { toBytes } from "../stream/to_bytes.ts";
import { checkAllParts } from "./check_all_parts.ts";
import { MEDIA_SPACE_PART_SIZE } from "./create_media_space_protocol.ts";
import { createProgressTracker } from "./create_progress_tracker.ts";
import type { FileFacts, Protocol } from "./protocol.ts";
import type { ResolvedSinkOptions } from "./resolve_sink_options.ts";
import type { VideoModule } from "./video_module.ts";
import type { VideoUploadResult, VideoUploadSession } from "./video_upload_result.ts";
import { waitForResult } from "./wait_for_result.ts";

/** One upload from its first byte to its result: what a sink does. */
export interface VideoUpload<Module extends VideoModule = VideoModule> {
  /** Takes bytes; settles when there is room for more. */
  write(chunk: BufferSource): Promise<void>;
  /** Takes the end of the file; settles when the video is ready. */
  close(): Promise<void>;
  /** Gives up; settles when Shopee knows. */
  abort(reason: unknown): Promise<void>;
  /** The session, once it is open. */
  session: Promise<VideoUploadSession<Module>>;
  /** The result, once it is there. */
  result: Promise<VideoUploadResult<Module>>;
}

/** How long an upload that failed may take to cancel its session, in ms. */
const CLEAN_UP_TIME = 10_000;

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
  onFailed: (reason: unknown) => void,
): VideoUpload<Module> {
  const { size, limit, concurrency, signal } = options;
  /** Without the file's MD5, `media_space` opens no session: the parts are held until it is known. */
  const held: Part[] | undefined = options.module === "media_space" && options.md5 === undefined ? [] : undefined;
  const session = Promise.withResolvers<VideoUploadSession<Module>>();
  const result = Promise.withResolvers<VideoUploadResult<Module>>();
  const stop = new AbortController();
  const cleanUp = new AbortController();
  const acked = new Map<number, number>();
  const progress = createProgressTracker({
    total: size,
    onProgress: (event) => options.onProgress?.(event),
    onError: (error) => void fail(error),
  });
  const window = createPartUploadSink({ concurrency, upload: sendPart }).getWriter();
  let hasher: PartHasher;
  let rechunker: Rechunker | undefined;
  let opening: Promise<VideoUploadSession<Module>> | undefined;
  let failing: Promise<unknown> | undefined;
  let settled = false;
  let read = 0;
  let seq = 0;
  let firstRequest: number | undefined;
  let lastAnswer = 0;

  // Who asks for neither must not be told of their failure; the pipe is.
  for (const promise of [session.promise, result.promise, window.closed]) promise.catch(() => {});

  async function openSession(file: FileFacts): Promise<VideoUploadSession<Module>> {
    // Not cut by `stop`: were the answer lost, nobody could cancel the session.
    opening = protocol.open(file, { signal: cleanUp.signal, lastAttempt: stop.signal });
    const opened = await raceSignal(opening, stop.signal);
    session.resolve(opened);
    progress.start(opened.partSize);
    return opened;
  }

  async function take(chunk: BufferSource): Promise<void> {
    const bytes = toBytes(chunk);
    if (bytes.length === 0) return;
    if (read + bytes.length > limit) throw tooLong(read + bytes.length, limit, size);
    hasher ??= await createPartHasher();
    rechunker ??= createRechunker(
      held ? MEDIA_SPACE_PART_SIZE : (await openSession({ size: size!, md5: options.md5 })).partSize,
    );
    read += bytes.length;
    progress.read(bytes.length);
    for (const part of rechunker.push(bytes)) await takePart(part);
  }

  async function takePart(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const part = { seq: seq++, bytes, md5: hasher.hashPart(bytes) };
    if (held) held.push(part);
    else await window.write(part);
  }

  async function sendPart(part: Part, signal: AbortSignal): Promise<void> {
    try {
      firstRequest ??= performance.now();
      const onSent = (bytes: number) => progress.sent(part, bytes);
      await protocol.sendPart(await session.promise, part, { signal, onSent });
      lastAnswer = performance.now();
      acked.set(part.seq, part.bytes.length);
      progress.acked(part);
    } catch (error) {
      void fail(error);
      throw error;
    }
  }

  async function finish(): Promise<void> {
    const last = rechunker?.flush();
    if (last !== undefined) await takePart(last);
    if (read === 0) throw new InvalidInputError("Cannot upload the video: the file is empty");
    if (size !== undefined && read !== size) {
      throw new InvalidInputError(
        `Cannot upload the video: it ended after ${read} bytes, but its size was to be ${size}`,
      );
    }
    const md5 = hasher.digest();
    if (options.md5 !== undefined && options.md5 !== md5) {
      throw new InvalidInputError(`Cannot upload the video: its MD5 is ${md5}, but was to be ${options.md5}`);
    }
    progress.end();
    const opened = held ? await openSession({ size: read, md5 }) : await session.promise;
    while (held !== undefined && held.length > 0) await window.write(held.shift()!);
    await window.close();

    const parts = checkAllParts(acked, read);
    const uploadCost = Math.round(lastAnswer - firstRequest!);
    progress.processing();
    await protocol.complete(opened, { parts, uploadCost }, { signal: stop.signal });
    const videoInfo = await waitForResult(protocol, opened, {
      ...options.poll,
      signal: stop.signal,
      onStatus: (status) => progress.processing(status),
    });
    stop.signal.throwIfAborted();
    settled = true;
    signal?.removeEventListener("abort", onAbort);
    progress.done();
    result.resolve({
      module: options.module,
      videoUploadId: opened.videoUploadId,
      size: read,
      md5,
      parts,
      uploadCost,
      videoInfo,
    });
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
    const overAtShopee = isVideoFailedError(reason) || isResultTimeoutError(reason);
    const cleanupError = overAtShopee ? undefined : await cancelSession();
    if (cleanupError !== undefined && reason instanceof Error && Object.isExtensible(reason)) {
      Object.assign(reason, { cleanupError });
    }
    session.reject(reason);
    result.reject(reason);
    onFailed(reason);
    return reason;
  }

  /** Answers why the session could not be cancelled, if so. */
  async function cancelSession(): Promise<unknown> {
    if (opening === undefined) return undefined;
    const timer = setTimeout(() => {
      cleanUp.abort(new ShopeeMediaError(`Cannot cancel the upload: no answer within ${CLEAN_UP_TIME} ms`));
    }, CLEAN_UP_TIME);
    try {
      const opened = await opening.catch(() => undefined);
      if (opened !== undefined) await protocol.cancel(opened, { signal: cleanUp.signal });
      return undefined;
    } catch (error) {
      return error;
    } finally {
      clearTimeout(timer);
    }
  }

  function onAbort(): void {
    void fail(signal!.reason);
  }

  if (signal?.aborted) onAbort();
  else signal?.addEventListener("abort", onAbort, { once: true });

  const orFail = (work: Promise<void>) =>
    work.catch(async (error) => {
      throw await fail(error);
    });
  return {
    write: (chunk) => orFail(take(chunk)),
    close: () => orFail(finish()),
    abort: async (reason) => void await fail(reason),
    session: session.promise,
    result: result.promise,
  };
}

function tooLong(read: number, limit: number, size: number | undefined): InvalidInputError {
  if (size === undefined) {
    return new InvalidInputError(`Cannot upload the video: it has over ${limit} bytes, and Shopee takes no more`);
  }
  return new InvalidInputError(
    `Cannot upload the video: its size was to be ${size} bytes, but at least ${read} have come`,
  );
}
