import { InvalidInputError } from "../errors.ts";
import { VIDEO_LIMITS } from "../platform/limits.ts";
import type { VideoModule } from "../platform/types/video_module.ts";
import { LONGEST_TIMER } from "../runtime.ts";
import type { PollOptions, VideoSinkOptions } from "./video_sink_options.ts";

/** The options of a sink, checked and with defaults. */
export interface ResolvedSinkOptions<Module extends VideoModule = VideoModule> extends VideoSinkOptions<Module> {
  module: Module;
  concurrency: number;
  poll: Required<PollOptions>;
  /** Bytes that the file may have: `size` where it is known, else what the module takes. */
  limit: number;
  /** Told of each part that was acknowledged: its buffer is not needed any more. */
  release?: (part: Uint8Array<ArrayBuffer>) => void;
}

/**
 * Checks the options of a sink and fills in the defaults.
 *
 * @param options What the caller gave.
 * @returns The same, complete.
 * @throws {InvalidInputError} An option is missing or cannot work; the message names it.
 */
export function resolveSinkOptions<Module extends VideoModule>(
  options: VideoSinkOptions<Module>,
): ResolvedSinkOptions<Module> {
  const module = (options.module ?? "media_space") as Module;
  if (module !== "media_space" && module !== "media") fail("module", `"media_space" or "media"`, module);
  const { size, concurrency = 3, poll = {} } = options;
  const limit = VIDEO_LIMITS[module].maxSize;
  if (size !== undefined) checkSize(size, limit);
  wholeNumber("concurrency", concurrency, { from: 1, to: 16 });
  const md5 = options.md5?.toLowerCase();
  if (md5 !== undefined && !/^[0-9a-f]{32}$/.test(md5)) fail("md5", "32 hexadecimal digits", options.md5);
  if (module === "media") checkMedia(options);
  else if (md5 !== undefined && size === undefined) fail("size", "given together with md5", size);
  const { interval = 1000, maxInterval = 5000, timeout = 600_000 } = poll;
  wholeNumber("poll.interval", interval, { from: 1, to: LONGEST_TIMER });
  wholeNumber("poll.maxInterval", maxInterval, { from: 1, to: LONGEST_TIMER });
  wholeNumber("poll.timeout", timeout, { from: 1, to: LONGEST_TIMER });
  return { ...options, module, md5, concurrency, poll: { interval, maxInterval, timeout }, limit: size ?? limit };
}

function checkSize(size: number, limit: number): void {
  if (size === 0) throw new InvalidInputError("Cannot upload the video: the file is empty");
  wholeNumber("size", size, { from: 1 });
  if (size <= limit) return;
  throw new InvalidInputError(`Cannot upload the video: it has ${size} bytes, and Shopee takes at most ${limit}`);
}

function checkMedia({ size, fileName, duration, business, scene }: VideoSinkOptions): void {
  const missing = Object.entries({ size, fileName, duration }).filter(([, value]) => value === undefined);
  if (missing.length > 0) {
    const names = missing.map(([name]) => name).join(" and ");
    throw new InvalidInputError(`The module media needs size, fileName and duration: ${names} left out`);
  }
  wholeNumber("size", size, { from: 1 });
  if (typeof fileName !== "string" || fileName === "") fail("fileName", "a name such as shoes.mp4", fileName);
  wholeNumber("duration", duration, { from: 1, to: 180 });
  if (business !== undefined) wholeNumber("business", business, { from: 1 });
  if (scene !== undefined) wholeNumber("scene", scene, { from: 1 });
}

function wholeNumber(name: string, value: number | undefined, { from, to }: { from: number; to?: number }): void {
  if (Number.isSafeInteger(value) && value! >= from && value! <= (to ?? Infinity)) return;
  fail(name, `a whole number from ${from}${to === undefined ? "" : ` to ${to}`}`, value);
}

function fail(name: string, right: string, value: unknown): never {
  const shown = typeof value === "string" ? JSON.stringify(value) : value === undefined ? "left out" : `${value}`;
  throw new InvalidInputError(`The ${name} must be ${right}, not ${shown}`);
}
