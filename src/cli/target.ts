import { readFile } from "node:fs/promises";
import { parseEnv } from "node:util";
import {
  InvalidInputError,
  isInvalidInputError,
  MediaManager,
  type MediaManagerOptions,
  type Region,
  type RequestEvent,
} from "../../mod.ts";
import type { CommandContext } from "./command_context.ts";
import { explainSystemError } from "./explain_error.ts";
import { reportRetries } from "./report_retries.ts";

/** What is called: Shopee, or an emulator. */
export interface Target {
  /** The client. */
  media: MediaManager;
  /** The shop in whose name it calls, if one is named. */
  shop?: string;
  /** Ends the emulator, if it was started. */
  close(): Promise<void>;
}

/** Options of {@linkcode openTarget}. */
export interface OpenTargetOptions {
  /** The command around it. */
  context: CommandContext;
  /** Whether calls are made in the name of a shop: those for videos in `media_space` are. */
  forShop: boolean;
  /** Whether the user could do without credentials, with `--emulator`. */
  canEmulate: boolean;
  /** Whether the user does. */
  emulator?: boolean;
  /** Path of an env file. @default `.env`, if there is one */
  env?: string;
  /** Prints a line about a call that is tried again. @default on stderr */
  print?: (line: string) => void;
}

/** What the environment variables are for, for `--help`. */
export const ENVIRONMENT_HELP: string = `
Environment (or an env file; the environment wins):
  SHOPEE_PARTNER_ID           your app's partner id
  SHOPEE_PARTNER_KEY          your app's partner key
  SHOPEE_SHOP_ID              the shop, for videos of --module media_space
  SHOPEE_ACCESS_TOKEN         the shop's access token, for the same
  SHOPEE_REGION               global (default), china, brazil, sandbox or sandbox-china
  SHOPEE_BASE_URL             another host, such as the emulator's
  SHOPEE_ALLOW_INSECURE_HTTP  1 allows an http: host on a network of your own`;

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

/** Environment variables by name. */
type Environment = Record<string, string | undefined>;

/**
 * Opens what a command calls: Shopee with the user's credentials, or an emulator with its own.
 *
 * @throws {InvalidInputError} Variables are missing or wrong, or the env file cannot be read; it names them.
 */
export async function openTarget(options: OpenTargetOptions): Promise<Target> {
  const { context: { io }, print = (line) => io.stderr.write(`${line}\n`) } = options;
  const onRequest = reportRetries(print);
  if (options.emulator) return await openEmulator(onRequest);
  const environment = { ...await readEnvFile(options.env), ...io.env };
  demandCredentials(environment, options);
  const media = createManager({
    partnerId: readId(environment, "SHOPEE_PARTNER_ID"),
    partnerKey: environment.SHOPEE_PARTNER_KEY ?? "",
    shopId: environment.SHOPEE_SHOP_ID ? readId(environment, "SHOPEE_SHOP_ID") : undefined,
    accessToken: environment.SHOPEE_ACCESS_TOKEN || undefined,
    region: (environment.SHOPEE_REGION || undefined) as Region | undefined, // The manager checks it.
    baseUrl: environment.SHOPEE_BASE_URL || undefined,
    allowInsecureHttp: readSwitch(environment, "SHOPEE_ALLOW_INSECURE_HTTP"),
    onRequest,
  });
  return { media, shop: environment.SHOPEE_SHOP_ID, close: async () => {} };
}

async function openEmulator(onRequest: (event: RequestEvent) => void): Promise<Target> {
  const { startEmulator } = await import("../emulator/mod.ts"); // Heavy, and rarely wanted.
  const emulator = await startEmulator({ port: 0 });
  const { credentials, url: baseUrl } = emulator;
  const media = new MediaManager({ ...credentials, baseUrl, onRequest });
  return { media, close: () => emulator.close() };
}

async function readEnvFile(path: string | undefined): Promise<Environment> {
  try {
    return parseEnv(await readFile(path ?? ".env", "utf8"));
  } catch (cause) {
    if (path === undefined) return {}; // It is only looked for, never asked for.
    throw new InvalidInputError(`Cannot read the env file ${path}: ${explainSystemError(cause)}`, { cause });
  }
}

function demandCredentials(environment: Environment, { forShop, canEmulate }: OpenTargetOptions): void {
  const missing = [...PARTNER, ...(forShop ? SHOP : [])].filter((name) => !environment[name]);
  if (missing.length === 0) return;
  const instead = canEmulate ? ", or try it without any with --emulator" : "";
  throw new InvalidInputError(
    `Missing credentials: set ${missing.join(", ")} in the environment or in an env file${instead}`,
  );
}

function createManager(options: MediaManagerOptions): MediaManager {
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
