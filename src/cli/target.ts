import { readFile } from "node:fs/promises";
import { parseEnv } from "node:util";
import {
  createRefreshingToken,
  InvalidInputError,
  isInvalidInputError,
  MediaManager,
  type MediaManagerOptions,
  type Region,
  REGIONS,
  type RequestEvent,
} from "../../mod.ts";
import { createFolderStore } from "../node/mod.ts";
import { type CommandContext, printLines } from "./command_context.ts";
import { explainSystemError } from "./format.ts";
import { reportRetries, traceRequests } from "./request_listeners.ts";
import { prepareFolder, stateFolder } from "./state_folder.ts";

/** What the environment variables are for, for `--help`. */
export const ENVIRONMENT_HELP: string = `
Environment, or an env file (the environment wins); where an error speaks of
partnerId, it means SHOPEE_PARTNER_ID, and so on:
  SHOPEE_PARTNER_ID           your app's partner id
  SHOPEE_PARTNER_KEY          your app's partner key
  SHOPEE_SHOP_ID              the shop, for videos of --module media_space
  SHOPEE_ACCESS_TOKEN         the shop's access token, for the same: it lives 4
                              hours
  SHOPEE_REFRESH_TOKEN        instead of it, the refresh token that the shop's
                              authorisation gave. It serves once, and no other
                              program may use it: what it is exchanged for is
                              kept for you alone in your state folder, such as
                              ~/.local/state/shopee-media, and renewed in time
  SHOPEE_REGION               global (default), china, brazil, sandbox or
                              sandbox-china
  SHOPEE_BASE_URL             another host, such as the emulator's
  SHOPEE_ALLOW_INSECURE_HTTP  1 allows an http: host on a network of your own`;

/** Who the user is, and where the calls go, as the environment variables have it. */
export interface Credentials {
  partnerId: number;
  partnerKey: string;
  shopId?: number;
  accessToken?: string;
  refreshToken?: string;
  region: Region;
  baseUrl?: string;
  allowInsecureHttp: boolean;
}

/** What a command needs of them. */
export interface Needs {
  /** Whether calls are made in the name of a shop: those for videos in `media_space` are. */
  forShop: boolean;
  /** Whether the user could do without credentials, with `--emulator`. */
  canEmulate: boolean;
  /** Path of an env file. @default `.env`, if there is one */
  env?: string;
}

/** Environment variables by name. */
type Environment = Record<string, string | undefined>;

/**
 * Reads the user's credentials.
 *
 * @param variables The environment's, which win over those of the env file.
 * @param needs What must be there, and where else to look.
 * @throws {InvalidInputError} Variables are missing or wrong, or the env file cannot be read; it names them.
 */
export async function readCredentials(variables: Environment, needs: Needs): Promise<Credentials> {
  const environment = { ...await readEnvFile(needs.env), ...variables };
  demandCredentials(environment, needs);
  return {
    partnerId: readId(environment, "SHOPEE_PARTNER_ID"),
    partnerKey: environment.SHOPEE_PARTNER_KEY ?? "",
    shopId: environment.SHOPEE_SHOP_ID ? readId(environment, "SHOPEE_SHOP_ID") : undefined,
    accessToken: environment.SHOPEE_ACCESS_TOKEN || undefined,
    refreshToken: environment.SHOPEE_REFRESH_TOKEN || undefined,
    region: readChoice(environment, "SHOPEE_REGION", Object.keys(REGIONS) as Region[]) ?? "global",
    baseUrl: environment.SHOPEE_BASE_URL || undefined,
    allowInsecureHttp: readChoice(environment, "SHOPEE_ALLOW_INSECURE_HTTP", ["1", "0"]) === "1",
  };
}

async function readEnvFile(path: string | undefined): Promise<Environment> {
  try {
    return parseEnv(decode(await readFile(path ?? ".env")));
  } catch (cause) {
    if (path === undefined) return {}; // It is only looked for, never asked for.
    throw new InvalidInputError(`Cannot read the env file ${path}: ${explainSystemError(cause)}`, { cause });
  }
}

/** Editors on Windows begin a file with a byte order mark, and PowerShell writes UTF-16. Decoding takes the mark away. */
function decode(bytes: Uint8Array): string {
  const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  return new TextDecoder(isUtf16 ? "utf-16le" : "utf-8").decode(bytes);
}

function demandCredentials(environment: Environment, { forShop, canEmulate }: Needs): void {
  const needed = [
    ["SHOPEE_PARTNER_ID"],
    ["SHOPEE_PARTNER_KEY"],
    ...(forShop ? [["SHOPEE_SHOP_ID"], ["SHOPEE_ACCESS_TOKEN", "SHOPEE_REFRESH_TOKEN"]] : []),
  ];
  const missing = needed.filter((names) => !names.some((name) => environment[name]));
  if (missing.length === 0) return;
  const names = missing.map((alternatives) => alternatives.join(" or ")).join(", ");
  const instead = canEmulate ? ", or try it without any with --emulator" : "";
  throw new InvalidInputError(`Missing credentials: set ${names} in the environment or in an env file${instead}`);
}

// A value may be another secret in the wrong place: none is printed.

function readId(environment: Environment, name: string): number {
  const text = environment[name] ?? "";
  const id = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(id) && id > 0) return id;
  throw new InvalidInputError(`${name} must be a whole number from 1`);
}

function readChoice<Choice extends string>(
  environment: Environment,
  name: string,
  choices: Choice[],
): Choice | undefined {
  const text = environment[name];
  if (!text) return undefined;
  const choice = choices.find((one) => one === text);
  if (choice !== undefined) return choice;
  throw new InvalidInputError(`${name} must be ${choices.join(" or ")}`);
}

/** What is called: Shopee, or an emulator. */
export interface Target {
  /** The client. */
  media: MediaManager;
  /** The shop in whose name it calls, if one is named. */
  shop?: number;
  /** Ends the emulator, if it was started. */
  close(): Promise<void>;
}

/** Options of {@linkcode openTarget}. */
export interface OpenTargetOptions extends Needs {
  /** The command around it. */
  context: CommandContext;
  /** Whether the user does without credentials. */
  emulator?: boolean;
  /** Path of the file that takes a line for each attempt of a call. @default none */
  trace?: string;
  /** Prints a line about a call that is tried again. @default on stderr */
  print?: (line: string) => void;
}

/**
 * Opens what a command calls: Shopee with the user's credentials, or an emulator with its own.
 *
 * @throws {InvalidInputError} Variables are missing or wrong, or a file or folder cannot be used; it names them.
 */
export async function openTarget(options: OpenTargetOptions): Promise<Target> {
  const { context: { io } } = options;
  const onRequest = listenToRequests(options);
  if (options.emulator) return await openEmulator(onRequest);
  const credentials = await readCredentials(io.env, options);
  const media = await createManager(credentials, { environment: io.env, onRequest });
  return { media, shop: credentials.shopId, close: async () => {} };
}

async function openEmulator(onRequest: (event: RequestEvent) => void): Promise<Target> {
  const { startEmulator } = await import("../emulator/mod.ts"); // Heavy, and rarely wanted.
  const emulator = await startEmulator({ port: 0 });
  const { credentials, url: baseUrl } = emulator;
  const media = new MediaManager({ ...credentials, baseUrl, onRequest });
  return { media, close: () => emulator.close() };
}

function listenToRequests(options: OpenTargetOptions): (event: RequestEvent) => void {
  const { context: { io }, trace, print = (line) => printLines(io.stderr, line) } = options;
  const report = reportRetries(print);
  if (trace === undefined) return report;
  const write = traceRequests(trace, print);
  return (event) => {
    report(event);
    write(event);
  };
}

/** Options of {@linkcode createManager}. */
export interface CreateManagerOptions {
  /** Environment variables: they tell where tokens are kept. */
  environment: Record<string, string | undefined>;
  /** Called with each attempt of a call. */
  onRequest?: (event: RequestEvent) => void;
}

/** Makes a client with the user's credentials. It throws what {@linkcode resolveCredentials} throws. */
export async function createManager(credentials: Credentials, options: CreateManagerOptions): Promise<MediaManager> {
  return new MediaManager(await resolveCredentials(credentials, options));
}

/**
 * Makes the options of a client of the user's credentials. With a refresh token, it gets its access tokens by that.
 *
 * @throws {InvalidInputError} The base URL cannot be used, or the tokens cannot be kept.
 */
export async function resolveCredentials(
  { refreshToken, ...credentials }: Credentials,
  { environment, onRequest }: CreateManagerOptions,
): Promise<MediaManagerOptions> {
  const options = { ...credentials, onRequest };
  const { shopId, accessToken: _, ...app } = options;
  demandBaseUrl(options);
  if (refreshToken === undefined || shopId === undefined) return options;
  const folder = await prepareFolder(stateFolder("tokens", { environment }), {
    what: "the tokens that SHOPEE_REFRESH_TOKEN is exchanged for",
    advice: "set XDG_STATE_HOME to a folder",
  });
  // The platform, the sandbox and each emulator have tokens of their own.
  const key = `${app.baseUrl ?? app.region} ${app.partnerId} ${shopId}`;
  const store = createFolderStore(folder);
  return { ...options, accessToken: createRefreshingToken({ ...app, shopId, refreshToken, store, key }) };
}

function demandBaseUrl(options: Omit<Credentials, "refreshToken">): void {
  try {
    new MediaManager(options);
  } catch (error) {
    const { baseUrl } = options;
    // All else was checked when it was read.
    if (!isInvalidInputError(error) || baseUrl === undefined) throw error;
    const isHttp = URL.canParse(baseUrl) && new URL(baseUrl).protocol === "http:";
    const advice = isHttp ? " (SHOPEE_ALLOW_INSECURE_HTTP=1)" : "";
    throw new InvalidInputError(`Cannot use SHOPEE_BASE_URL: ${error.message}${advice}`, { cause: error });
  }
}
