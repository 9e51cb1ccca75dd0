/**
 * Uploads videos and pictures to Shopee: streams in, finished media out.
 *
 * @example
 * ```ts
 * import { createVideoUploadSink, MediaManager } from "shopee-media";
 * import { createEmulator } from "shopee-media/emulator";
 *
 * const emulator = await createEmulator({ inspect: false });
 * const media = new MediaManager({ ...emulator.credentials, fetch: emulator.fetch });
 *
 * const sink = createVideoUploadSink(media, { onProgress: console.log });
 * await new Blob(["not quite a video"]).stream().pipeTo(sink);
 * const { videoUploadId, videoInfo } = await sink.result;
 * await emulator.close();
 * ```
 *
 * @module
 */

export type { ByteChunk } from "./src/bytes.ts";
export * from "./src/error_guards.ts";
export * from "./src/errors.ts";

export type { AccessTokenSource, AsyncTokenSource } from "./src/api/token/access_token_source.ts";
export {
  type Authorization,
  type AuthorizationUrlOptions,
  exchangeCode,
  type ExchangeCodeOptions,
  getAuthorizationUrl,
} from "./src/api/token/authorization.ts";
export type { CallOptions } from "./src/api/call.ts";
export { createMemoryStore } from "./src/store/key_value_store.ts";
export {
  createRefreshingToken,
  type RefreshingTokenOptions,
  type TokenAccount,
  type TokenPair,
} from "./src/api/token/refreshing_token.ts";
export type { KeyValueStore, StoredValue, StoreLock } from "./src/store/key_value_store.ts";
export type {
  MediaManagerOptions,
  RequestEvent,
  RetryOptions,
  ShopOptions,
  TimeoutOptions,
} from "./src/api/manager_options.ts";
export { type MediaApi, MediaManager } from "./src/api/media_manager.ts";
export type { CallBody, ItemVideo, PlatformCall, QueryValue } from "./src/api/platform_call.ts";
export type { Fetch, FetchAnswer, FetchInit } from "./src/api/http.ts";
export { KNOWN_ERROR_CODES } from "./src/platform/error_codes.ts";
export { type EndpointName, type Owner, type Region, REGIONS } from "./src/platform/endpoints.ts";
export type { BinaryInput } from "./src/platform/types/envelope.ts";
export type { EmptyEnvelope, Envelope } from "./src/platform/types/envelope.ts";
export type * from "./src/platform/types/media.ts";
export type * from "./src/platform/types/media_space.ts";

export type { ReadableFile } from "./src/preflight/readable_file.ts";

export { createPartUploadSink, type PartUploadSinkOptions } from "./src/stream/part_upload_sink.ts";
export { Md5Stream } from "./src/stream/md5_stream.ts";
export type { Part } from "./src/stream/part.ts";
export { RechunkStream } from "./src/stream/rechunk_stream.ts";

export type { CheckpointOptions } from "./src/upload/session/checkpoint.ts";
export { createVideoUploadSink, type VideoUploadSink } from "./src/upload/video_upload_sink.ts";
export type { PartSource, PartSourceReadOptions } from "./src/upload/source/part_source.ts";
export type { PollOptions, PushedStatus, PushSource, ReadyVideo } from "./src/upload/session/wait_for_result.ts";
export type { ImageBatchOptions, ImageResult, RefusedImage, UploadedImage } from "./src/upload/image/image_batch.ts";
export type { StreamSource } from "./src/upload/source/video_source.ts";
export type { ImageSource } from "./src/upload/image/image_batch.ts";
export { type ImagesProgress, uploadImages, type UploadImagesOptions } from "./src/upload/image/upload_images.ts";
export { uploadVideo, type UploadVideoOptions } from "./src/upload/upload_video.ts";
export type { FileSource, VideoSource } from "./src/upload/source/video_source.ts";
export type { UploadProgress } from "./src/upload/progress.ts";
export type { VideoInfoByModule, VideoModule } from "./src/platform/types/video_module.ts";
export type { MediaFileFacts, OnlyIfOpen, VideoSinkOptions } from "./src/upload/options.ts";
export type {
  ResultUntil,
  SentVideo,
  UploadedVideo,
  UploadUntil,
  VideoUploadResult,
  VideoUploadSession,
} from "./src/upload/result.ts";
export { type VideoAtShopee, waitForVideo, type WaitForVideoOptions } from "./src/upload/wait_for_video.ts";
