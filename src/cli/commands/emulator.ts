import { once } from "node:events";
import { type Command, InvalidArgumentError, Option } from "commander";
import { InvalidInputError, ShopeeMediaError } from "../../../mod.ts";
import type { Dialect, Emulator, Fault, StartEmulatorOptions } from "../../emulator/mod.ts";
import { type CommandContext, printLines, writeJsonLine } from "../command_context.ts";
import { explainError } from "../explain_error.ts";
import { explainSystemError } from "../format.ts";
import { parseWholeNumber } from "../options.ts";

/** What the command was called with. */
interface EmulatorOptions {
  context: CommandContext;
  port: number;
  /** Name or address to listen on. */
  host: string;
  /** Part size that `media` asks for. */
  partSize?: number;
  transcodeMs?: number;
  /** How it puts what it says. */
  dialect?: Dialect;
  /** Ms for which a completed video is not known yet. */
  vidDelayMs?: number;
  /** Ms for which a video that succeeded cannot be attached yet. */
  attachDelayMs?: number;
  /** Ms after which a session that was not completed expires. */
  sessionTtlMs?: number;
  /** Calls of a day. */
  dailyLimit?: number;
  /** Calls of a second. */
  rateLimit?: number;
  /** Seconds by which its clock is ahead. */
  clockOffset?: number;
  /** Seconds that an access token lives. */
  tokenLifetime?: number;
  /** The user of a main account, by which the app is authorised then. */
  userId?: number;
  /** What shall go wrong. */
  fault?: string[];
  /** Ms added to every request. */
  latency?: number;
  /** Bytes a second at which request bodies arrive. */
  bandwidth?: number;
  /** Ms that it is busy with a part. */
  partDelay?: number;
  /** Where pushes go. */
  pushUrl?: string;
  /** Where uploads are kept. */
  directory?: string;
  json?: boolean;
}

/** The longest that a timer can be set to, in ms. */
const LONGEST_TIMER = 2 ** 31 - 1;

const FAULT_HELP = `
A fault is ENDPOINT[#CALLS]:KIND[=VALUE][,NAME=VALUE...], such as
  upload_video_part#2:reset-after                     the answer for the second part is lost
  media/complete_video_upload#1+2:error=error_server  Shopee answers an error, twice
  *#10%:status=503,retryAfter=1                       about every tenth call is turned away
CALLS are numbers (2, 2+5), every third (/3) or a share (10%); without them every call is meant. Kinds:
  reset-before                 the connection is reset before anything is done
  reset-after, cut             it is reset when all is done: before the answer, or amid it
  stall-before[=MS]            nothing happens for so long, else until the client gives up
  stall-after, stall-middle    the same, before the answer or amid it
  slow=BYTES_PER_SECOND        the answer trickles
  truncated, html, empty       the answer is half of its JSON, a gateway's page, or nothing
  status=HTTP_STATUS           the answer is a line of text with this status
  error=CODE                   the answer is this error of Shopee's; message=TEXT goes with it
  rate-limit=LIMIT             more requests at a time than this are refused
  daily-limit                  the app has made all calls of its day
  clock=SECONDS                Shopee's clock is so far ahead
  expired-token                the access token expires
  shop-signature               a Public call has to be signed as a Shop call
  dashes                       a success says - where it has nothing to say
  image-error=NUMBER           one picture of a batch fails; error=CODE goes with it
  not-attachable[,after]       add_item finds the video too new; with after the item is made all the same
  drop, duplicate, delay=MS    of the endpoint push: it is lost, sent twice, or late
They can be changed while it serves, with GET, POST and DELETE on /emulator/faults. GET /emulator/sessions lists the
sessions, and DELETE /emulator/sessions/ID lets one expire. Why a request was refused is told on stderr.`;

/** Adds `emulator` to the program. */
export function addEmulatorCommand(program: Command, context: CommandContext): void {
  program.command("emulator")
    .description("Serve a local Shopee until interrupted, and print how to reach it.")
    .option("--port <number>", "port to listen on, 0 for any free one", parseWholeNumber(0, 65_535), 0)
    .option("--host <name>", "name or address to listen on", "127.0.0.1")
    .option("--part-size <bytes>", "part size that media asks for (default: 10485760)", parseWholeNumber(1, 2 ** 30))
    .option("--transcode-ms <ms>", "how long a video is transcoded (default: 300)", parseWholeNumber(0, LONGEST_TIMER))
    .addOption(
      new Option("--dialect <name>", "how it puts what it says: as Shopee's own samples, or as its reference")
        .choices(["samples", "reference"]).default("samples"),
    )
    .option(
      "--vid-delay-ms <ms>",
      "how long a completed video is unknown (default: 0)",
      parseWholeNumber(0, LONGEST_TIMER),
    )
    .option(
      "--attach-delay-ms <ms>",
      "how long a ready video cannot be attached to an item (default: 0)",
      parseWholeNumber(0, LONGEST_TIMER),
    )
    .option(
      "--session-ttl-ms <ms>",
      "when an open session expires (default: never)",
      parseWholeNumber(1, LONGEST_TIMER),
    )
    .option("--daily-limit <calls>", "calls of a day, UTC+8 (default: unlimited)", parseWholeNumber(0, 1e9))
    .option("--rate-limit <calls>", "calls of a second (default: unlimited)", parseWholeNumber(0, 1e9))
    .option("--clock-offset <seconds>", "how far its clock is ahead (default: 0)", parseWholeNumber(-1e9, 1e9))
    .option("--token-lifetime <seconds>", "how long an access token lives (default: 14400)", parseWholeNumber(1, 1e9))
    .option(
      "--user-id <number>",
      "a user of Shopee Video, whose token is printed, too",
      parseWholeNumber(1, 2 ** 53 - 1),
    )
    .option("--fault <spec>", "something to go wrong, as told below; may be repeated", collect)
    .option("--latency <ms>", "how far away it is (default: 0)", parseWholeNumber(0, LONGEST_TIMER))
    .option("--bandwidth <bytes>", "bytes a second that reach it (default: unlimited)", parseWholeNumber(1, 2 ** 40))
    .option("--part-delay <ms>", "how long it is busy with each part (default: 0)", parseWholeNumber(0, LONGEST_TIMER))
    .option("--push-url <url>", "where pushes go when a video has ended (default: nowhere)", parseHttpUrl)
    .option("--directory <path>", "where uploads are kept (default: a temporary folder, removed at the end)")
    .option("--json", "print its URL and credentials as one JSON object")
    .addHelpText("after", FAULT_HELP)
    .action(async (options: Omit<EmulatorOptions, "context">) => {
      await serveEmulator({ ...options, context });
    });
}

function collect(value: string, earlier: string[] = []): string[] {
  return [...earlier, value];
}

/** Returns the URL as it was written: pushes are signed with the very bytes. */
function parseHttpUrl(text: string): string {
  if (/^https?:/i.test(text) && URL.canParse(text)) return text;
  throw new InvalidArgumentError("It must be a URL of http or https.");
}

async function serveEmulator(options: EmulatorOptions): Promise<void> {
  const { context: { signal } } = options;
  const { parseFault, startEmulator } = await import("../../emulator/mod.ts"); // Heavy, and rarely wanted.
  const faults = options.fault?.map((spec) => demandFault(spec, parseFault));
  const emulator = await startEmulator({ ...toEmulatorOptions(options), faults })
    .catch((cause) => explainNotListening(cause, options));
  try {
    if (options.json) printJson(emulator, options);
    else printExports(emulator, options);
    if (!signal.aborted) await once(signal, "abort");
  } finally {
    await emulator.close();
  }
}

function demandFault(spec: string, parseFault: (spec: string) => Fault): Fault {
  try {
    return parseFault(spec);
  } catch (cause) {
    throw new InvalidInputError(explainError(cause), { cause });
  }
}

function explainNotListening(cause: unknown, { host, port }: EmulatorOptions): never {
  const { code, syscall } = cause as NodeJS.ErrnoException;
  if (syscall !== "listen" && syscall !== "getaddrinfo") throw cause;
  const advice = code === "EADDRINUSE" ? ", so choose another --port (0 for any free one)" : "";
  throw new ShopeeMediaError(`Cannot listen on ${host}:${port}: ${explainSystemError(cause)}${advice}`, { cause });
}

function toEmulatorOptions(options: EmulatorOptions): StartEmulatorOptions {
  const {
    port,
    host,
    dialect,
    partSize,
    transcodeMs,
    vidDelayMs,
    attachDelayMs,
    sessionTtlMs,
    clockOffset,
    tokenLifetime,
  } = options;
  const { dailyLimit, rateLimit, latency, bandwidth, partDelay, pushUrl, directory, userId, context: { io } } = options;
  return {
    port,
    host,
    dialect,
    mediaPartSize: partSize,
    transcodeMs,
    vidDelayMs,
    attachDelayMs,
    sessionTtlMs,
    clockOffset,
    tokenLifetime,
    mainAccount: userId === undefined ? undefined : { userIds: [userId] },
    dailyLimit,
    rateLimit,
    directory,
    network: { latency, bandwidth, partDelay },
    push: pushUrl === undefined ? undefined : { callbackUrl: pushUrl },
    log: (line) => printLines(io.stderr, line),
  };
}

function printJson(emulator: Emulator, { context: { io }, pushUrl, userId }: EmulatorOptions): void {
  const { url, credentials } = emulator;
  const { partnerId, partnerKey, shopId, accessToken, refreshToken } = credentials;
  const pushPartnerKey = pushUrl === undefined ? undefined : credentials.pushPartnerKey;
  const user = { userId, userAccessToken: tokenOf(emulator, userId) };
  writeJsonLine(io, { url, partnerId, partnerKey, shopId, accessToken, refreshToken, pushPartnerKey, ...user });
}

function tokenOf(emulator: Emulator, userId: number | undefined): string | undefined {
  return emulator.accounts().find(({ owner, id }) => owner === "user" && id === userId)?.accessToken;
}

function printExports(emulator: Emulator, { context: { io }, pushUrl, userId }: EmulatorOptions): void {
  const { url, credentials } = emulator;
  const variables = {
    SHOPEE_BASE_URL: url,
    SHOPEE_PARTNER_ID: credentials.partnerId,
    SHOPEE_PARTNER_KEY: credentials.partnerKey,
    SHOPEE_SHOP_ID: credentials.shopId,
    SHOPEE_ACCESS_TOKEN: credentials.accessToken,
    SHOPEE_REFRESH_TOKEN: credentials.refreshToken,
    ...(pushUrl !== undefined && {
      SHOPEE_PUSH_CALLBACK_URL: pushUrl,
      SHOPEE_PUSH_PARTNER_KEY: credentials.pushPartnerKey,
    }),
    ...(userId !== undefined && {
      SHOPEE_USER_ID: userId,
      SHOPEE_USER_ACCESS_TOKEN: tokenOf(emulator, userId),
    }),
  };
  printLines(io.stderr, `A local Shopee listens on ${url} until you press Ctrl-C. To upload to it, set:`, "");
  printLines(io.stdout, ...Object.entries(variables).map(([name, value]) => `export ${name}=${quote(`${value}`)}`));
}

/** Makes one word of a text, for a shell. */
function quote(text: string): string {
  return /^[\w.:/-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
