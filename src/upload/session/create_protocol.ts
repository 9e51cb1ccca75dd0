import type { MediaApi } from "../../api/media_manager.ts";
import type { VideoModule } from "../../platform/types/video_module.ts";
import { createMediaProtocol, type MediaProtocolOptions } from "./media_protocol.ts";
import { createMediaSpaceProtocol } from "./media_space_protocol.ts";
import type { Protocol } from "./protocol.ts";

/**
 * Chooses how a module is spoken to.
 *
 * @param media Makes the calls.
 * @param options The module, and what opening a session in `media` wants to know.
 * @returns Its protocol.
 */
export function createProtocol<Module extends VideoModule>(
  media: MediaApi,
  options: MediaProtocolOptions & { module: Module },
): Protocol<Module> {
  const protocol = options.module === "media" ? createMediaProtocol(media, options) : createMediaSpaceProtocol(media);
  return protocol as Protocol<VideoModule> as Protocol<Module>;
}
