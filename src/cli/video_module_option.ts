import { Option } from "commander";

/**
 * The option that chooses between the platform's two modules for videos.
 *
 * @returns The option.
 */
export function videoModuleOption(): Option {
  return new Option("--module <name>", "media_space for product videos, media for Shopee Video")
    .choices(["media_space", "media"])
    .default("media_space");
}
