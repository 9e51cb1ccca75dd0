import { readFile } from "node:fs/promises";
import { parseEnv } from "node:util";
import {
  createRefreshingToken,
  InvalidInputError,
  isInvalidInputError,
  type KeyValueStore,
  MediaManager,
  type MediaManagerOptions,
  type Region,
  REGIONS,
  type RequestEvent,
  type TokenAccount,
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
                              ~/.local/state/shopee-media, and renewed in time.
                              Without either, the tokens that shopee-media auth
                              has kept for SHOPEE_SHOP_ID are used
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
  if (!await hasKeptTokens(environment)) demandCredentials(environment, needs);
  else demandCredentials(environment, { ...needs, forShop: false });
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
  const instead =
    (forShop && !environment.SHOPEE_ACCESS_TOKEN && !environment.SHOPEE_REFRESH_TOKEN
      ? ", or have the shop authorise your app with shopee-media auth"
      : "") + (canEmulate ? ", or try it without any with --emulator" : "");
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

/** Whose tokens are kept, and where they are good. */
interface TokenPlace {
  baseUrl?: string | undefined;
  region: string;
  partnerId: number | string;
}

/** Under which key a pair is kept. The platform, the sandbox and each emulator have tokens of their own. */
function tokenKey({ baseUrl, region, partnerId }: TokenPlace, account: TokenAccount | string): string {
  if (typeof account === "string") return `${baseUrl || region} ${partnerId} ${account}`;
  const { shopId, merchantId, userId } = account;
  const name = shopId ?? (merchantId === undefined ? `user ${userId}` : `merchant ${merchantId}`);
  return `${baseUrl || region} ${partnerId} ${name}`;
}

/** Whether the tokens of the shop that is named were kept by `auth`, and are those to use. */
async function hasKeptTokens(environment: Environment): Promise<boolean> {
  const { SHOPEE_BASE_URL: baseUrl, SHOPEE_REGION, SHOPEE_PARTNER_ID: partnerId, SHOPEE_SHOP_ID: shopId } = environment;
  if (environment.SHOPEE_ACCESS_TOKEN || environment.SHOPEE_REFRESH_TOKEN || !partnerId || !shopId) return false;
  return await isKept(environment, tokenKey({ baseUrl, region: SHOPEE_REGION || "global", partnerId }, shopId));
}

async function isKept(environment: Environment, key: string): Promise<boolean> {
  const folder = stateFolder("tokens", { environment });
  if (folder === undefined) return false;
  const kept = await Promise.resolve(createFolderStore(folder).get(key)).catch(() => undefined);
  return typeof kept === "object" && kept !== null;
}

/** What getting the first tokens of a seller takes. */
export interface TokenKeeper {
  /** Whose the tokens are, and who is asked. */
  app: Omit<MediaManagerOptions, "shopId" | "accessToken">;
  /** Where the other commands find them. */
  store: KeyValueStore;
  /** Under which key. */
  keyOf: (account: TokenAccount) => string;
}

/**
 * Opens what `auth` works with.
 *
 * @throws {InvalidInputError} Variables are missing or wrong, or a file or folder cannot be used; it names them.
 */
export async function openTokenKeeper(
  options: Omit<OpenTargetOptions, keyof Needs> & { env?: string },
): Promise<TokenKeeper> {
  const { context: { io } } = options;
  const credentials = await readCredentials(io.env, { ...options, forShop: false, canEmulate: false });
  const { partnerId, partnerKey, region, baseUrl, allowInsecureHttp } = credentials;
  const app = { partnerId, partnerKey, region, baseUrl, allowInsecureHttp, onRequest: listenToRequests(options) };
  demandBaseUrl(app);
  const store = await openTokenStore(io.env, "the tokens");
  return { app, store, keyOf: (account) => tokenKey(credentials, account) };
}

async function openTokenStore(environment: Environment, what: string): Promise<KeyValueStore> {
  const folder = stateFolder("tokens", { environment });
  return createFolderStore(await prepareFolder(folder, { what, advice: "set XDG_STATE_HOME to a folder" }));
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

function listenToRequests(
  options: Pick<OpenTargetOptions, "context" | "trace" | "print">,
): (event: RequestEvent) => void {
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
 * Makes the options of a client of the user's credentials. With a refresh token, it gets its access tokens by that; without
 * any, by what `auth` has kept.
 *
 * @throws {InvalidInputError} The base URL cannot be used, or the tokens cannot be kept.
 */
export async function resolveCredentials(
  { refreshToken, ...credentials }: Credentials,
  { environment, onRequest }: CreateManagerOptions,
): Promise<MediaManagerOptions> {
  const options = { ...credentials, onRequest };
  const { shopId, accessToken, ...app } = options;
  demandBaseUrl(options);
  if (shopId === undefined || (refreshToken === undefined && accessToken !== undefined)) return options;
  const key = tokenKey(app, { shopId });
  if (refreshToken === undefined && !await isKept(environment, key)) return options;
  const store = await openTokenStore(environment, "the tokens that SHOPEE_REFRESH_TOKEN is exchanged for");
  return { ...options, accessToken: createRefreshingToken({ ...app, shopId, refreshToken, store, key }) };
}

function demandBaseUrl(options: MediaManagerOptions): void {
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
