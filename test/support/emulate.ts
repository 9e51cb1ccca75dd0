import { onTestFinished } from "vitest";
import { MediaManager, type MediaManagerOptions, type PollOptions } from "../../mod.ts";
import { type Emulator, startEmulator, type StartEmulatorOptions } from "../../src/emulator/mod.ts";
import { tapFetch, type TappedFetch } from "./tap_fetch.ts";

/** A local Shopee behind a real socket, and a client of it whose every request can be watched. */
export interface EmulatedShopee {
  emulator: Emulator;
  tap: TappedFetch;
  media: MediaManager;
}

/** How the client is set up; the emulator takes its own options. */
export interface EmulateOptions extends StartEmulatorOptions {
  manager?: Partial<MediaManagerOptions>;
}

/** For uploads that look for their result at once, where `transcodeMs` is 0: the default first pause is half a second. */
export const ASK_SOON: PollOptions = { first: 5, interval: 20 };

/** Starts an emulator that lets any bytes pass for a video, and lasts as long as the test. */
export async function emulate({ manager, ...options }: EmulateOptions = {}): Promise<EmulatedShopee> {
  const emulator = await startEmulator({ inspect: false, transcodeMs: 0, ...options });
  onTestFinished(() => emulator.close());
  const tap = tapFetch();
  const { partnerId, partnerKey, shopId, accessToken } = emulator.credentials;
  const media = new MediaManager({
    partnerId,
    partnerKey,
    shopId,
    accessToken,
    baseUrl: emulator.url,
    retry: { limit: 2, baseDelay: 1 },
    fetch: tap.fetch,
    ...manager,
  });
  return { emulator, tap, media };
}

/** Bytes that a finished upload is served with. */
export async function download(url: string): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`HTTP ${response.status} for ${url}`);
  return new Uint8Array(await response.arrayBuffer());
}
