import { InvalidInputError } from "../errors.ts";
import { checkKnownOptions, checkRuntime, checkWholeNumber, describeValue, refuseOption } from "../options.ts";
import { VIDEO_LIMITS } from "../platform/limits.ts";
import type { VideoModule } from "../platform/types/video_module.ts";
import { LONGEST_TIMER } from "../runtime.ts";
import type { UploadProgress } from "./progress.ts";
import type { UploadUntil } from "./result.ts";
import type { CheckpointOptions } from "./session/checkpoint.ts";
import type { PollOptions, PushSource } from "./session/wait_for_result.ts";

/** Options of `createVideoUploadSink`. */
export interface VideoSinkOptions<Module extends VideoModule = VideoModule, Until extends UploadUntil = "ready"> {
  /** Where the video goes: `media_space` for product videos, `media` for Shopee Video. @default "media_space" */
  module?: Module | undefined;
  /** Bytes in the whole file. `media` needs it; so does `media_space` together with `md5`; else it is only checked. */
  size?: number | undefined;
  /** Hex MD5 of the whole file. With it and `size`, `media_space` sends while it reads, without holding the file. */
  md5?: string | undefined;
  /** Name of the file. `media` needs it. */
  fileName?: string | undefined;
  /** Length of the video in whole seconds, 1 to 180. `media` needs it; `inspectVideo` of `shopee-media/preflight` tells. */
  duration?: number | undefined;
  /** `media` only. @default 3 (Video) */
  business?: number | undefined;
  /** `media` only. @default 1 (Shopee Video) */
  scene?: number | undefined;
  /** Parts in flight at once, 1 to 16. @default 3 */
  concurrency?: number | undefined;
  /** Aborts everything: requests, waits, the pipe. */
  signal?: AbortSignal | undefined;
  /** Called as the upload moves on. What it throws, or rejects with if it is asynchronous, ends the upload. */
  onProgress?: ((progress: UploadProgress) => unknown) | undefined;
  /**
   * Ms for which the source may give no byte while there is room for one; `Infinity` for any time. The upload then fails, and
   * its session is cancelled. A sink counts from its first write on. @default 60000
   */
  sourceTimeout?: number | undefined;
  /**
   * What the upload is over with: `uploaded`, as soon as Shopee has all of the video, or `ready`, when it was transcoded.
   * `waitForVideo` waits later, in another process, too. @default "ready"
   */
  until?: Until | undefined;
  /** How the result is waited for, in ms. */
  poll?: PollOptions | undefined;
  /**
   * Waits for Shopee's push instead of asking: an upload then asks for its result at most now and then, in case the push
   * is lost. @default none: it asks
   */
  pushes?: PushSource | undefined;
  /**
   * Writes down how far the upload is, so that it can be resumed with the same source: only what was not acknowledged is
   * then sent. The session of a failed upload is kept for that, unless the reason is final. @default none
   */
  checkpoint?: CheckpointOptions | undefined;
}

/** All names, as a record so that none can be left out. */
const NAMES: Readonly<Record<keyof VideoSinkOptions, true>> = {
  module: true,
  size: true,
  md5: true,
  fileName: true,
  duration: true,
  business: true,
  scene: true,
  concurrency: true,
  signal: true,
  onProgress: true,
  sourceTimeout: true,
  until: true,
  poll: true,
  pushes: true,
  checkpoint: true,
};

const POLL_NAMES: Readonly<Record<keyof PollOptions, true>> = {
  first: true,
  interval: true,
  maxInterval: true,
  timeout: true,
};

/**
 * Refuses options that nobody knows: one that is misspelt would else be as if it had not been given.
 *
 * @param what Whose they are.
 * @param options What was given.
 * @param more Names that it has besides those of a sink.
 * @throws {InvalidInputError} One is unknown.
 */
export function checkUploadOptions(what: string, options: object, ...more: string[]): void {
  checkKnownOptions(what, options, [...Object.keys(NAMES), ...more]);
}

/** What `media` must be told of a file before it is read. */
export interface MediaFileFacts {
  /** Bytes in the whole file. */
  size: number;
  /** Name of the file. */
  fileName: string;
  /** Length of the video in whole seconds, 1 to 180. */
  duration: number;
}

/** Nothing more where the module is not known to the compiler; what cannot be given where it is. */
export type OnlyIfOpen<Module extends VideoModule> = VideoModule extends Module ? unknown : never;

/** The options of a sink, checked and with defaults. */
export interface ResolvedSinkOptions<Module extends VideoModule = VideoModule>
  extends VideoSinkOptions<Module, UploadUntil> {
  module: Module;
  concurrency: number;
  sourceTimeout: number;
  until: UploadUntil;
  poll: Record<keyof PollOptions, number>;
  /** Bytes that the file may have: `size` where it is known, else what the module takes. */
  limit: number;
}

/**
 * Checks the options of a sink and fills in the defaults.
 *
 * @param options What the caller gave.
 * @returns The same, complete.
 * @throws {InvalidInputError} An option is missing or cannot work; the message names it.
 */
export function resolveSinkOptions<Module extends VideoModule>(
  options: VideoSinkOptions<Module, UploadUntil>,
): ResolvedSinkOptions<Module> {
  checkRuntime();
  const module = (options.module ?? "media_space") as Module;
  if (module !== "media_space" && module !== "media") {
    refuseOption("module", `"media_space" or "media"`, describeValue(module));
  }
  const { size, concurrency = 3, poll } = options;
  const limit = VIDEO_LIMITS[module].maxSize;
  if (size !== undefined) checkSize(size, limit);
  checkWholeNumber("concurrency", concurrency, { from: 1, to: 16 });
  const md5 = options.md5?.toLowerCase();
  if (md5 !== undefined && !/^[0-9a-f]{32}$/.test(md5)) {
    refuseOption("md5", "32 hexadecimal digits", describeValue(options.md5));
  }
  if (module === "media") checkMedia(options);
  else if (md5 !== undefined && size === undefined) {
    refuseOption("size", "given together with md5", describeValue(size));
  }
  const { until = "ready" } = options;
  if (until !== "uploaded" && until !== "ready") refuseOption("until", `"uploaded" or "ready"`, describeValue(until));
  if (options.checkpoint !== undefined) checkCheckpoint(options.checkpoint);
  const sourceTimeout = resolveSourceTimeout(options);
  return { ...options, module, md5, concurrency, sourceTimeout, until, poll: resolvePoll(poll), limit: size ?? limit };
}

/**
 * Checks how a result is waited for, and fills in the defaults.
 *
 * @throws {InvalidInputError} It cannot work.
 */
export function resolvePoll(poll: PollOptions = {}): Record<keyof PollOptions, number> {
  checkKnownOptions("poll", poll, Object.keys(POLL_NAMES));
  const { first = 500, interval = 2000, maxInterval = 5000, timeout = 600_000 } = poll;
  checkWholeNumber("poll.first", first, { from: 0, to: LONGEST_TIMER });
  checkWholeNumber("poll.interval", interval, { from: 1, to: LONGEST_TIMER });
  checkWholeNumber("poll.maxInterval", maxInterval, { from: 1, to: LONGEST_TIMER });
  checkWholeNumber("poll.timeout", timeout, { from: 1, to: LONGEST_TIMER });
  return { first, interval, maxInterval, timeout };
}

/**
 * Checks the option `sourceTimeout`, which is needed before all others are known, and fills in its default.
 *
 * @throws {InvalidInputError} It cannot work.
 */
export function resolveSourceTimeout({ sourceTimeout = 60_000 }: Pick<VideoSinkOptions, "sourceTimeout">): number {
  if (sourceTimeout !== Infinity) checkWholeNumber("sourceTimeout", sourceTimeout, { from: 1, to: LONGEST_TIMER });
  return sourceTimeout;
}

function checkCheckpoint({ store, key }: CheckpointOptions): void {
  const isStore = ["get", "set", "remove"].every((name) => typeof store?.[name as keyof typeof store] === "function");
  if (!isStore) refuseOption("checkpoint.store", "a store with get, set and remove", describeValue(store));
  if (typeof key !== "string" || key === "") {
    refuseOption("checkpoint.key", "a text that names the upload", describeValue(key));
  }
}

function checkSize(size: number, limit: number): void {
  if (size === 0) throw new InvalidInputError("Cannot upload the video: the file is empty");
  checkWholeNumber("size", size, { from: 1 });
  if (size <= limit) return;
  throw new InvalidInputError(`Cannot upload the video: it has ${size} bytes, and Shopee takes at most ${limit}`);
}

function checkMedia({ size, fileName, duration, business, scene }: VideoSinkOptions<VideoModule, UploadUntil>): void {
  const missing = Object.entries({ size, fileName, duration }).filter(([, value]) => value === undefined);
  if (missing.length > 0) {
    const names = missing.map(([name]) => name).join(" and ");
    throw new InvalidInputError(`The module media needs size, fileName and duration: ${names} left out`);
  }
  checkWholeNumber("size", size, { from: 1 });
  if (typeof fileName !== "string" || fileName === "") {
    refuseOption("fileName", "a name such as shoes.mp4", describeValue(fileName));
  }
  checkWholeNumber("duration", duration, { from: 1, to: 180 });
  if (business !== undefined) checkWholeNumber("business", business, { from: 1 });
  if (scene !== undefined) checkWholeNumber("scene", scene, { from: 1 });
}
