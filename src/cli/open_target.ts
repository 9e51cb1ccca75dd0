import { MediaManager } from "../api/media_manager.ts";
import type { RequestEvent } from "../api/manager_options.ts";
import type { CommandContext } from "./command_context.ts";
import { createMediaManager } from "./create_media_manager.ts";
import { readEnvironment } from "./read_environment.ts";
import { RETRIES } from "./report_retries.ts";

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
  /** Told of each attempt of a call. */
  onRequest: (event: RequestEvent) => void;
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
  const { context, forShop, onRequest } = options;
  if (!options.emulator) {
    const environment = await readEnvironment(context.io, options.env);
    const media = createMediaManager(environment, { forShop, canEmulate: true, onRequest });
    return { media, shop: environment.SHOPEE_SHOP_ID, close: async () => {} };
  }
  const { startEmulator } = await import("../emulator/mod.ts"); // Heavy, and rarely wanted.
  const emulator = await startEmulator({ port: 0 });
  const media = new MediaManager({
    ...emulator.credentials,
    baseUrl: emulator.url,
    retry: { limit: RETRIES },
    onRequest,
  });
  return { media, close: () => emulator.close() };
}
