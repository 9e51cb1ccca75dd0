import { createVideoUploadSink, type VideoModule, type VideoSinkOptions, type VideoUploadSink } from "../../mod.ts";
import { md5, noise } from "./bytes.ts";
import { emulate, type EmulatedShopee, type EmulateOptions } from "./emulate.ts";
import { settle } from "./settle.ts";
import type { Hold } from "./tap_fetch.ts";

/** Bytes in a part of an upload that {@linkcode startUpload} starts. */
export const PART_SIZE: Record<VideoModule, number> = { media_space: 4_194_304, media: 1000 };

/** Its file: three parts and a half. */
export const FILE: Record<VideoModule, Uint8Array<ArrayBuffer>> = {
  media_space: noise(3.5 * PART_SIZE.media_space),
  media: noise(3.5 * PART_SIZE.media),
};

/** An upload under way, and everything that can be done to it. */
export interface StartedUpload extends EmulatedShopee {
  sink: VideoUploadSink;
  /** What became of the pipe. */
  pipe: Promise<{ error?: unknown }>;
  /** Requests that wait, by their name. */
  holds: Record<string, Hold>;
  /** Lets the source give the rest of the file, and end. */
  giveRest(): void;
  /** Lets the source fail. */
  breakSource(error: unknown): void;
  /** Why the source was cancelled, once it was. */
  cancelled(): { reason: unknown } | undefined;
}

/** Options of {@linkcode startUpload}. */
export interface StartUploadOptions {
  module: VideoModule;
  /** Bytes that the source gives before it waits. @default all */
  give?: number;
  /** Whether the file's MD5 is told, so that it is sent while it is read in `media_space`, too. @default true */
  streamed?: boolean;
  /** Requests to hold back before they go out. */
  holdBefore?: string[];
  /** Requests to hold back when they are answered. */
  holdAfter?: string[];
  sink?: VideoSinkOptions;
  shopee?: EmulateOptions;
  /** For the pipe itself. */
  pipeSignal?: AbortSignal;
}

/** Starts an upload of {@linkcode FILE}, whose source and whose requests go on as the test says. */
export async function startUpload(options: StartUploadOptions): Promise<StartedUpload> {
  const { module, streamed = true, holdBefore = [], holdAfter = [], pipeSignal } = options;
  const file = FILE[module];
  const shopee = await emulate({ mediaPartSize: PART_SIZE.media, ...options.shopee });
  const holds = Object.fromEntries([
    ...holdBefore.map((name) => [name, shopee.tap.hold(name, "before")] as const),
    ...holdAfter.map((name) => [name, shopee.tap.hold(name, "after")] as const),
  ]);
  const sink: VideoUploadSink = createVideoUploadSink<VideoModule>(shopee.media, {
    module,
    size: file.length,
    md5: streamed ? md5(file) : undefined,
    fileName: "shoes.mp4",
    duration: 12,
    ...options.sink,
    // The pauses of real life would only make the tests slow.
    poll: { first: 0, interval: 50, ...options.sink?.poll },
  });
  const give = options.give ?? file.length;
  let source!: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>;
  let cancelled: { reason: unknown } | undefined;
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      source = controller;
      if (give > 0) source.enqueue(file.subarray(0, give));
      if (give === file.length) source.close();
    },
    cancel(reason) {
      cancelled = { reason };
    },
  });
  return {
    ...shopee,
    sink,
    pipe: settle(stream.pipeTo(sink, { signal: pipeSignal })),
    holds,
    giveRest() {
      source.enqueue(file.subarray(give));
      source.close();
    },
    breakSource: (error) => source.error(error),
    cancelled: () => cancelled,
  };
}
