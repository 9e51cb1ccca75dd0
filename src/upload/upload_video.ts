import type { MediaManager } from "../api/media_manager.ts";
import { InvalidInputError } from "../errors.ts";
import { toBytes } from "../stream/to_bytes.ts";
import { createVideoUploadSink } from "./create_video_upload_sink.ts";
import type { VideoModule } from "./video_module.ts";
import type { VideoSinkOptions } from "./video_sink_options.ts";
import type { VideoUploadResult } from "./video_upload_result.ts";

/** Where the bytes of a video may come from. */
export type VideoSource = Blob | Uint8Array | ReadableStream<BufferSource> | AsyncIterable<BufferSource>;

/**
 * Uploads a video from any source, and waits until Shopee has transcoded it.
 *
 * @param media Makes the calls.
 * @param source The bytes. Of a `Blob` or of bytes `size` is known, of a `File` the `fileName`, too.
 * @param options As for `createVideoUploadSink`.
 * @returns The finished video.
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
 * const { videoUploadId, videoInfo } = await uploadVideo(media, file, { module: "media", duration: 12 });
 * console.log(videoUploadId, videoInfo.video_url);
 * await emulator.close();
 * ```
 */
export async function uploadVideo<Module extends VideoModule = "media_space">(
  media: MediaManager,
  source: VideoSource,
  options: VideoSinkOptions<Module> = {},
): Promise<VideoUploadResult<Module>> {
  const size = sizeOf(source);
  if (size !== undefined && options.size !== undefined && size !== options.size) {
    throw new InvalidInputError(
      `Cannot upload the video: it has ${size} bytes, but its size was to be ${options.size}`,
    );
  }
  const fileName = options.fileName ?? nameOf(source);
  const sink = createVideoUploadSink(media, { ...options, size: size ?? options.size, fileName });
  await toStream(source).pipeTo(sink);
  return await sink.result;
}

function sizeOf(source: VideoSource): number | undefined {
  if (source instanceof Uint8Array) return source.byteLength;
  return source instanceof Blob ? source.size : undefined;
}

function nameOf(source: VideoSource): string | undefined {
  return "name" in source && typeof source.name === "string" ? source.name : undefined;
}

function toStream(source: VideoSource): ReadableStream<BufferSource> {
  if (source instanceof ReadableStream) return source;
  if (source instanceof Blob) return source.stream();
  if (source instanceof Uint8Array) return streamOf([toBytes(source)]);
  if ("getReader" in source) return streamOf(readAll(source as ReadableStream<BufferSource>));
  if (Symbol.asyncIterator in source) return streamOf(source);
  throw new InvalidInputError(
    "Cannot upload the video: its source must be a Blob, bytes, a stream or an async iterable",
  );
}

/** As `ReadableStream.from`, which not every browser has. */
function streamOf(chunks: AsyncIterable<BufferSource> | Iterable<BufferSource>): ReadableStream<BufferSource> {
  const iterator = Symbol.asyncIterator in chunks ? chunks[Symbol.asyncIterator]() : chunks[Symbol.iterator]();
  return new ReadableStream<BufferSource>({
    async pull(controller) {
      const { done, value } = await iterator.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      await iterator.return?.();
    },
  }, { highWaterMark: 0 });
}

/** A stream of another realm or of a polyfill cannot be piped, but has a reader of its own. */
async function* readAll(stream: ReadableStream<BufferSource>): AsyncGenerator<BufferSource> {
  const reader = stream.getReader();
  try {
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) yield chunk.value;
  } finally {
    // Settles nothing when the stream has ended; otherwise nobody wants the rest.
    await reader.cancel().catch(() => {});
  }
}
