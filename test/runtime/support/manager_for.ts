import { MediaManager, type MediaManagerOptions } from "../../../mod.ts";
import type { Servers } from "./servers.ts";

/** A manager for the emulator, or for another `baseUrl`. */
export function managerFor({ shopee }: Servers, options: Partial<MediaManagerOptions> = {}): MediaManager {
  return new MediaManager({ ...shopee.credentials, baseUrl: shopee.url, ...options });
}
