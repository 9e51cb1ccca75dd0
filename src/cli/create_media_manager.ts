import { MediaManager } from "../api/media_manager.ts";
import type { Region } from "../api/regions.ts";
import { InvalidInputError } from "../errors.ts";
import type { Environment } from "./read_environment.ts";
import type { VideoModule } from "../upload/video_module.ts";

/** What each module cannot do without: the calls of `media` are not made in the name of a shop. */
const REQUIRED: Record<VideoModule, string[]> = {
  media_space: ["SHOPEE_PARTNER_ID", "SHOPEE_PARTNER_KEY", "SHOPEE_SHOP_ID", "SHOPEE_ACCESS_TOKEN"],
  media: ["SHOPEE_PARTNER_ID", "SHOPEE_PARTNER_KEY"],
};

/** What the variables of {@linkcode createMediaManager} are for, for `--help`. */
export const ENVIRONMENT_HELP: string = `
Environment (or an env file; the environment wins):
  SHOPEE_PARTNER_ID    your app's partner id
  SHOPEE_PARTNER_KEY   your app's partner key
  SHOPEE_SHOP_ID       the shop; not needed by --module media
  SHOPEE_ACCESS_TOKEN  the shop's access token; not needed by --module media
  SHOPEE_REGION        global (default), china, brazil, sandbox or sandbox-china
  SHOPEE_BASE_URL      another host, such as the emulator's`;

/**
 * Makes a {@linkcode MediaManager} from environment variables.
 *
 * @param environment The variables.
 * @param module The module that is to be called.
 * @returns The manager.
 * @throws {InvalidInputError} If variables are missing or wrong; it names them.
 */
export function createMediaManager(environment: Environment, module: VideoModule): MediaManager {
  const missing = REQUIRED[module].filter((name) => !environment[name]);
  if (missing.length > 0) {
    throw new InvalidInputError(`Missing credentials: set ${missing.join(", ")} in the environment or in an env file`);
  }
  return new MediaManager({
    partnerId: readId(environment, "SHOPEE_PARTNER_ID"),
    partnerKey: environment.SHOPEE_PARTNER_KEY ?? "",
    shopId: environment.SHOPEE_SHOP_ID ? readId(environment, "SHOPEE_SHOP_ID") : undefined,
    accessToken: environment.SHOPEE_ACCESS_TOKEN || undefined,
    region: (environment.SHOPEE_REGION || undefined) as Region | undefined, // The manager checks it.
    baseUrl: environment.SHOPEE_BASE_URL || undefined,
  });
}

function readId(environment: Environment, name: string): number {
  const text = environment[name] ?? "";
  if (!/^\d+$/.test(text)) throw new InvalidInputError(`${name} must be a number`); // Maybe another secret: not printed.
  return Number(text);
}
