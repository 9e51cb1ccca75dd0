import type { MediaManager } from "../api/media_manager.ts";
import { InvalidInputError, isSourceChangedError } from "../errors.ts";
import { checkVideoFile } from "../preflight/video/check_video_file.ts";
import type { ByteChunk } from "../stream/byte_chunk.ts";
import { toBytes } from "../stream/to_bytes.ts";
import { brokenRulesError } from "./broken_rules_error.ts";
import { createProtocol } from "./create_protocol.ts";
import { createVideoUpload, type VideoUpload } from "./create_video_upload.ts";
import { createVideoUploadSink } from "./create_video_upload_sink.ts";
import type { PartSource } from "./part_source.ts";
import { type ResolvedSinkOptions, resolveSinkOptions } from "./resolve_sink_options.ts";
import type { VideoModule } from "../platform/types/video_module.ts";
import type { VideoSinkOptions } from "./video_sink_options.ts";
import type { VideoUploadResult } from "./video_upload_result.ts";

/** Options of {@linkcode uploadVideo}. */
export interface UploadVideoOptions<Module extends VideoModule = VideoModule> extends VideoSinkOptions<Module> {
  /**
   * Looks at the video before anything is sent, as far as its source can be read twice: not a stream. In `media` this
   * also finds the `duration`. @default true
   */
  preflight?: boolean;
}

/** Where the bytes of a video may come from. */
export type VideoSource =
  | Blob
  | Uint8Array
  | ReadableStream<ByteChunk>
  | AsyncIterable<ByteChunk>
  | PartSource;

/**
 * Uploads a video from any source, and waits until Shopee has transcoded it.
 *
 * @param media Makes the calls.
 * @param source The bytes. Of a `Blob`, bytes or a `fileSource` the `size` is known, of a `File` or a `fileSource` the `fileName`, too.
 * @param options As for `createVideoUploadSink`. A video that can be read twice is looked at first.
 * @returns The finished video.
 * @throws {InvalidInputError} Also for a video that Shopee would refuse, with all the rules that it breaks; nothing was
 * sent then.
 * @throws As the pipe into a `createVideoUploadSink` does.
 * @example
 * ```ts
 * import { MediaManager, uploadVideo } from "shopee-media";
 * import { createEmulator } from "shopee-media/emulator";
 *
 * const emulator = await createEmulator({ inspect: false });
 * const media = new MediaManager({ ...emulator.credentials, fetch: emulator.fetch });
 *
 * const file = new File(["not quite a video"], "shoes.mp4");
 * const { videoUploadId, videoInfo } = await uploadVideo(media, file, { module: "media", duration: 12, preflight: false });
 * console.log(videoUploadId, videoInfo.video_url);
 * await emulator.close();
 * ```
 */
export function uploadVideo(
  media: MediaManager,
  source: VideoSource,
  options?: UploadVideoOptions<"media_space">,
): Promise<VideoUploadResult<"media_space">>;
/** As above, for the module that the options name. */
export function uploadVideo<Module extends VideoModule>(
  media: MediaManager,
  source: VideoSource,
  options: UploadVideoOptions<Module> & { module: Module },
): Promise<VideoUploadResult<Module>>;
/** As above, where the options are yet to tell the module. */
export function uploadVideo(
  media: MediaManager,
  source: VideoSource,
  options: UploadVideoOptions,
): Promise<VideoUploadResult>;
export async function uploadVideo(
  media: MediaManager,
  source: VideoSource,
  options: UploadVideoOptions = {},
): Promise<VideoUploadResult> {
  if (typeof source !== "object" || source === null) throw noSource(source);
  const facts = factsOf(source);
  if (options.size !== undefined && facts.size !== undefined && options.size !== facts.size) {
    throw new InvalidInputError(
      `Cannot upload the video: it has ${facts.size} bytes, but its size was to be ${options.size}`,
    );
  }
  const known = { ...options, size: facts.size ?? options.size, fileName: options.fileName ?? facts.name };
  if (isStream(source)) {
    const stream = toNativeStream(source);
    const sink = createVideoUploadSink(media, known);
    // How it fails is told by the result. A source that cannot be cancelled is none of the caller's concern then.
    stream.pipeTo(sink).catch(() => {});
    return await sink.result;
  }
  const parts = toPartSource(source);
  const found = options.preflight === false ? undefined : await checkedDuration(parts, options);
  const settings = resolveSinkOptions({ ...known, duration: options.duration ?? found });
  try {
    return await uploadParts(media, parts, settings);
  } catch (error) {
    // The checkpoint was of other bytes, and is gone by now. This source can be read again.
    if (!isSourceChangedError(error)) throw error;
    return await uploadParts(media, parts, settings);
  }
}

/** Answers the whole seconds that the video lasts, if Shopee is going to take it. */
async function checkedDuration(source: PartSource, options: UploadVideoOptions): Promise<number | undefined> {
  const { module = "media_space", signal } = options;
  const { info, broken } = await checkVideoFile(source, module, { signal });
  if (broken.length > 0) throw brokenRulesError("video", broken);
  return info?.duration ? Math.round(info.duration) : undefined;
}

async function uploadParts(
  media: MediaManager,
  source: PartSource,
  options: ResolvedSinkOptions,
): Promise<VideoUploadResult> {
  const settings = { ...options, release: source.release };
  const upload = createVideoUpload(createProtocol(media, settings), settings);
  // Not awaited: a source that cannot be read any more must not keep a failed upload from telling so.
  void pump(source, upload);
  return await upload.result;
}

async function pump(source: PartSource, upload: VideoUpload): Promise<void> {
  try {
    const partSize = await upload.partSize();
    const { buffers, signal } = upload;
    for await (const part of source.parts(partSize, { buffers, signal })) await upload.writePart(part);
    await upload.close();
  } catch (error) {
    // The source's own error, or the upload's, which has then been dealt with already.
    await upload.abort(error);
  }
}

function factsOf(source: VideoSource): { size?: number; name?: string } {
  if (source instanceof Uint8Array) return { size: source.byteLength };
  if (source instanceof Blob || isPartSource(source)) return source as { size: number; name?: string };
  return {};
}

function isPartSource(source: VideoSource): source is PartSource {
  return "parts" in source && typeof source.parts === "function";
}

function isStream(source: VideoSource): source is ReadableStream<ByteChunk> | AsyncIterable<ByteChunk> {
  if (source instanceof Uint8Array || source instanceof Blob || isPartSource(source)) return false;
  if ("getReader" in source || Symbol.asyncIterator in source) return true;
  throw noSource(source);
}

function noSource(value: unknown): InvalidInputError {
  const advice = typeof value === "string" ? ": open a path with fileSource of shopee-media/node" : "";
  return new InvalidInputError(
    `Cannot upload the video: its source must be a Blob, bytes, a stream or an async iterable${advice}`,
  );
}

function toPartSource(source: Uint8Array | Blob | PartSource): PartSource {
  if (isPartSource(source)) return source;
  const size = source instanceof Blob ? source.size : source.byteLength;
  return {
    size,
    slice(start, end) {
      if (source instanceof Blob) return source.slice(start, end);
      return { arrayBuffer: () => Promise.resolve(new Uint8Array(source.subarray(start, end)).buffer) };
    },
    async *parts(partSize) {
      for (let start = 0; start < size; start += partSize) {
        yield source instanceof Blob
          ? new Uint8Array(await source.slice(start, start + partSize).arrayBuffer())
          : toBytes(source.subarray(start, start + partSize));
      }
    },
    release() {},
  };
}

function toNativeStream(source: ReadableStream<ByteChunk> | AsyncIterable<ByteChunk>) {
  if ("locked" in source && source.locked) {
    throw new InvalidInputError("Cannot upload the video: its stream is locked to another reader");
  }
  if (source instanceof ReadableStream) return source;
  // A stream of another realm or of a polyfill cannot be piped, but has a reader of its own.
  const { read, cancel } = isForeignStream(source) ? fromReader(source.getReader()) : fromIterator(source);
  return new ReadableStream<ByteChunk>({
    async pull(controller) {
      const { done, value } = await read();
      if (done) controller.close();
      else controller.enqueue(value!);
    },
    cancel,
  }, { highWaterMark: 0 });
}

function isForeignStream(source: AsyncIterable<ByteChunk>): source is ReadableStream<ByteChunk> {
  return "getReader" in source;
}

function fromReader(reader: ReadableStreamDefaultReader<ByteChunk>) {
  return { read: () => reader.read(), cancel: (reason: unknown) => reader.cancel(reason) };
}

function fromIterator(source: AsyncIterable<ByteChunk>) {
  const iterator = source[Symbol.asyncIterator]();
  return {
    read: () => iterator.next(),
    // Not awaited: a generator that waits for its next chunk hears of `return` only when the chunk has come.
    cancel: () => void iterator.return?.().catch(() => {}),
  };
}
