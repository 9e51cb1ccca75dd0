import { onTestFinished } from "vitest";
import {
  MediaManager,
  type MediaManagerOptions,
  uploadVideo,
  type UploadVideoOptions,
  type VideoUploadResult,
} from "../../mod.ts";
import { createEmulator, type CreateEmulatorOptions, type EmulatorApp } from "../../src/emulator/mod.ts";

/** Bytes of a part in `media` here, so that a small file has many. */
export const PART = 1_000;

/** An emulator without a socket, and what is needed to speak with it. */
export interface Rig {
  emulator: EmulatorApp;
  /** Makes a client of the emulator, with short waits. */
  connect(options?: Partial<MediaManagerOptions>): MediaManager;
  /** Every request as it went out, in order. */
  sent: SentRequest[];
  /** Options that every client has. */
  common: CommonOptions;
}

/** One request as it went out. */
export interface SentRequest {
  /** Last piece of the path, such as `upload_video_part`. */
  name: string;
  /** The query. */
  query: URLSearchParams;
}

type CommonOptions = Omit<MediaManagerOptions, "shopId" | "accessToken"> & { shopId: number };

/** Sets up a rig that lasts as long as the test. */
export async function setUp(options: CreateEmulatorOptions = {}): Promise<Rig> {
  const emulator = await createEmulator({ mediaPartSize: PART, transcodeMs: 0, inspect: false, ...options });
  onTestFinished(() => emulator.close());
  const sent: SentRequest[] = [];
  const { partnerId, partnerKey, shopId, accessToken } = emulator.credentials;
  const common: CommonOptions = {
    partnerId,
    partnerKey,
    shopId,
    baseUrl: emulator.url,
    retry: { limit: 3, baseDelay: 5, maxDelay: 20 },
    timeout: { attempt: 5_000, idle: 5_000, total: 10_000 },
    fetch: async (input, init) => {
      const { pathname, searchParams } = new URL(input);
      sent.push({ name: pathname.slice(pathname.lastIndexOf("/") + 1), query: searchParams });
      return await emulator.fetch(input, init);
    },
  };
  return {
    emulator,
    sent,
    common,
    connect: (options) => new MediaManager({ ...common, accessToken, ...options }),
  };
}

/** How often a call went out. */
export function countOf(rig: Rig, name: string): number {
  return rig.sent.filter((request) => request.name === name).length;
}

/** Status of each session at the emulator, oldest first. */
export function statuses({ emulator }: Rig): string[] {
  return emulator.sessions().map(({ status }) => status);
}

/** Options of an upload of any bytes to either module, with short waits. */
export function uploadOptions(options: UploadVideoOptions = {}): UploadVideoOptions {
  return {
    fileName: "shoes.mp4",
    duration: 12,
    preflight: false,
    poll: { first: 10, interval: 10, maxInterval: 20, timeout: 2_000 },
    ...options,
  };
}

/** Uploads bytes as a blob. */
export function uploadBytes(
  media: MediaManager,
  bytes: Uint8Array<ArrayBuffer>,
  options: UploadVideoOptions = {},
): Promise<VideoUploadResult> {
  return uploadVideo(media, new Blob([bytes]), uploadOptions(options));
}
