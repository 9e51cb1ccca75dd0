import { Option } from "commander";

/**
 * The option that chooses between the platform's two modules.
 *
 * @param meaning What they are for.
 * @returns The option.
 */
export function moduleOption(meaning: string = "media_space for product videos, media for Shopee Video"): Option {
  return new Option("--module <name>", meaning).choices(["media_space", "media"]).default("media_space");
}
