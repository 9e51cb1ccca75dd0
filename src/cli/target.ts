import {
  createRefreshingToken,
  InvalidInputError,
  isInvalidInputError,
  MediaManager,
  type MediaManagerOptions,
  type RequestEvent,
} from "../../mod.ts";
import { createFolderStore } from "../node/mod.ts";
import { type CommandContext, printLines } from "./command_context.ts";
import { type Credentials, type Needs, readCredentials } from "./environment.ts";
import { reportRetries, traceRequests } from "./request_listeners.ts";
import { prepareFolder, stateFolder } from "./state_folder.ts";

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
