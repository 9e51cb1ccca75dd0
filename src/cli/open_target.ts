import { MediaManager } from "../api/media_manager.ts";
import type { CommandContext } from "./command_context.ts";
import { createMediaManager } from "./create_media_manager.ts";
import { readEnvironment } from "./read_environment.ts";

/** Where uploads go. */
export interface UploadTarget {
  /** The client of Shopee, or of the emulator. */
  media: MediaManager;
  /** The shop that uploads, if one is named. */
  shop?: string;
  /** Ends the emulator, if it was started. */
  close(): Promise<void>;
}

/** Which target to open. */
export interface OpenTargetOptions {
  /** The command around it. */
  context: CommandContext;
  /** Whether calls are made in the name of a shop. */
  forShop: boolean;
  /** Whether to start an emulator. */
  emulator?: boolean;
  /** Path of an env file. */
  env?: string;
}

/**
 * Opens what uploads go to: Shopee, with the user's credentials, or an emulator, with its own.
 *
 * @param options Which one.
 * @returns The target.
 */
export async function openTarget(options: OpenTargetOptions): Promise<UploadTarget> {
  if (!options.emulator) {
    const environment = await readEnvironment(options.context.io, options.env);
    const media = createMediaManager(environment, options);
    return { media, shop: environment.SHOPEE_SHOP_ID, close: async () => {} };
  }
  const { startEmulator } = await import("../emulator/mod.ts"); // Heavy, and rarely wanted.
  const emulator = await startEmulator({ port: 0 });
  const media = new MediaManager({ ...emulator.credentials, baseUrl: emulator.url });
  return { media, close: () => emulator.close() };
}
