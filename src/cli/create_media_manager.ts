import type { MediaManagerOptions } from "../api/manager_options.ts";
import { MediaManager } from "../api/media_manager.ts";
import type { Region } from "../platform/endpoints.ts";
import type { RequestEvent } from "../api/manager_options.ts";
import { InvalidInputError, isInvalidInputError } from "../errors.ts";
import type { Environment } from "./read_environment.ts";
import { RETRIES } from "./report_retries.ts";

const PARTNER = ["SHOPEE_PARTNER_ID", "SHOPEE_PARTNER_KEY"];
const SHOP = ["SHOPEE_SHOP_ID", "SHOPEE_ACCESS_TOKEN"];

/** The manager's errors speak of options: these are the variables that the user knows. */
const VARIABLES: Record<string, string> = {
  "The partnerId": "SHOPEE_PARTNER_ID",
  "The shopId": "SHOPEE_SHOP_ID",
  "The region": "SHOPEE_REGION",
  "The baseUrl": "SHOPEE_BASE_URL",
  "allowInsecureHttp": "SHOPEE_ALLOW_INSECURE_HTTP=1",
};

/** What the variables of {@linkcode createMediaManager} are for, for `--help`. */
export const ENVIRONMENT_HELP: string = `
Environment (or an env file; the environment wins):
  SHOPEE_PARTNER_ID           your app's partner id
  SHOPEE_PARTNER_KEY          your app's partner key
  SHOPEE_SHOP_ID              the shop, for videos of --module media_space
  SHOPEE_ACCESS_TOKEN         the shop's access token, for the same
  SHOPEE_REGION               global (default), china, brazil, sandbox or sandbox-china
  SHOPEE_BASE_URL             another host, such as the emulator's
  SHOPEE_ALLOW_INSECURE_HTTP  1 allows an http: host on a network of your own`;

/** Options of {@linkcode createMediaManager}. */
export interface CreateMediaManagerOptions {
  /** Whether calls are made in the name of a shop: those for videos in `media_space` are. */
  forShop: boolean;
  /** Whether the user could do without credentials, with `--emulator`. */
  canEmulate: boolean;
  /** Told of each attempt of a call. */
  onRequest: (event: RequestEvent) => void;
}

/**
 * Makes a {@linkcode MediaManager} from environment variables.
 *
 * @param environment The variables.
 * @param options What it is for.
 * @returns The manager.
 * @throws {InvalidInputError} If variables are missing or wrong; it names them.
 */
export function createMediaManager(environment: Environment, options: CreateMediaManagerOptions): MediaManager {
  const { forShop, canEmulate, onRequest } = options;
  const missing = [...PARTNER, ...(forShop ? SHOP : [])].filter((name) => !environment[name]);
  if (missing.length > 0) {
    const instead = canEmulate ? ", or try it without any with --emulator" : "";
    throw new InvalidInputError(
      `Missing credentials: set ${missing.join(", ")} in the environment or in an env file${instead}`,
    );
  }
  return construct({
    partnerId: readId(environment, "SHOPEE_PARTNER_ID"),
    partnerKey: environment.SHOPEE_PARTNER_KEY ?? "",
    shopId: environment.SHOPEE_SHOP_ID ? readId(environment, "SHOPEE_SHOP_ID") : undefined,
    accessToken: environment.SHOPEE_ACCESS_TOKEN || undefined,
    region: (environment.SHOPEE_REGION || undefined) as Region | undefined, // The manager checks it.
    baseUrl: environment.SHOPEE_BASE_URL || undefined,
    allowInsecureHttp: readSwitch(environment, "SHOPEE_ALLOW_INSECURE_HTTP"),
    retry: { limit: RETRIES },
    onRequest,
  });
}

function construct(options: MediaManagerOptions): MediaManager {
  try {
    return new MediaManager(options);
  } catch (error) {
    if (!isInvalidInputError(error)) throw error;
    const speakOfVariables = (text: string, [option, variable]: string[]) => text.replace(option!, variable!);
    throw new InvalidInputError(Object.entries(VARIABLES).reduce(speakOfVariables, error.message));
  }
}

// A value may be another secret in the wrong place: none is printed.

function readId(environment: Environment, name: string): number {
  const text = environment[name] ?? "";
  if (!/^\d+$/.test(text)) throw new InvalidInputError(`${name} must be a number`);
  return Number(text);
}

function readSwitch(environment: Environment, name: string): boolean {
  const text = environment[name] || "0";
  if (text !== "0" && text !== "1") throw new InvalidInputError(`${name} must be 1 or 0`);
  return text === "1";
}
