import type { MediaManager } from "../api/media_manager.ts";
import { createMediaProtocol } from "./create_media_protocol.ts";
import { createMediaSpaceProtocol } from "./create_media_space_protocol.ts";
import type { Protocol } from "./protocol.ts";
import type { ResolvedSinkOptions } from "./resolve_sink_options.ts";
import type { VideoModule } from "../platform/types/video_module.ts";

/**
 * Chooses how the module is spoken to.
 *
 * @param media Makes the calls.
 * @param options Names the module.
 * @returns Its protocol.
 */
export function createProtocol<Module extends VideoModule>(
  media: MediaManager,
  options: ResolvedSinkOptions<Module>,
): Protocol<Module> {
  const protocol = options.module === "media" ? createMediaProtocol(media, options) : createMediaSpaceProtocol(media);
  return protocol as Protocol<VideoModule> as Protocol<Module>;
}
