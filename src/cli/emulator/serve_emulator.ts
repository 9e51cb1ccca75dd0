import { once } from "node:events";
import type { Emulator, Fault, StartEmulatorOptions } from "../../emulator/mod.ts";
import { InvalidInputError, ShopeeMediaError } from "../../errors.ts";
import { type CommandContext, writeJsonLine } from "../command_context.ts";
import { explainError, explainSystemError } from "../explain_error.ts";

/** The options of `shopee-media emulator`. */
export interface ServeEmulatorOptions {
  /** The command around it. */
  context: CommandContext;
  /** Port to listen on. */
  port: number;
  /** Name or address to listen on. */
  host: string;
  /** Part size that `media` asks for. */
  partSize?: number;
  /** How long a video is transcoded. */
  transcodeMs?: number;
  /** Seconds by which its clock is ahead. */
  clockOffset?: number;
  /** Seconds that an access token lives. */
  tokenLifetime?: number;
  /** What shall go wrong. */
  fault?: string[];
  /** Milliseconds added to every request. */
  latency?: number;
  /** Bytes a second at which request bodies arrive. */
  bandwidth?: number;
  /** Milliseconds that it is busy with a part. */
  partDelay?: number;
  /** Where pushes go. */
  pushUrl?: string;
  /** Where uploads are kept. */
  directory?: string;
  /** Whether its URL and credentials are JSON. */
  json?: boolean;
}

/**
 * Serves a local Shopee until the user interrupts.
 *
 * @param options The command's options.
 * @throws {InvalidInputError} A fault is none.
 * @throws {ShopeeMediaError} It cannot listen there.
 */
export async function serveEmulator(options: ServeEmulatorOptions): Promise<void> {
  const { context: { signal }, json } = options;
  const { parseFault, startEmulator } = await import("../../emulator/mod.ts"); // Heavy, and rarely wanted.
  const faults = options.fault?.map((spec) => demandFault(spec, parseFault));
  const emulator = await startEmulator({ ...toEmulatorOptions(options), faults })
    .catch((cause) => explainNotListening(cause, options));
  try {
    if (json) printJson(emulator, options);
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

function explainNotListening(cause: unknown, { host, port }: ServeEmulatorOptions): never {
  const { code, syscall } = cause as NodeJS.ErrnoException;
  if (syscall !== "listen" && syscall !== "getaddrinfo") throw cause;
  const advice = code === "EADDRINUSE" ? ", so choose another --port (0 for any free one)" : "";
  throw new ShopeeMediaError(`Cannot listen on ${host}:${port}: ${explainSystemError(cause)}${advice}`, { cause });
}

function toEmulatorOptions(options: ServeEmulatorOptions): StartEmulatorOptions {
  const { port, host, partSize, transcodeMs, clockOffset, tokenLifetime, directory } = options;
  const { latency, bandwidth, partDelay, pushUrl } = options;
  const network = { latency, bandwidth, partDelay };
  const push = pushUrl === undefined ? undefined : { callbackUrl: pushUrl };
  return { port, host, mediaPartSize: partSize, transcodeMs, clockOffset, tokenLifetime, directory, network, push };
}

function printJson({ url, credentials }: Emulator, { context: { io }, pushUrl }: ServeEmulatorOptions): void {
  const { partnerId, partnerKey, shopId, accessToken, refreshToken } = credentials;
  const pushPartnerKey = pushUrl === undefined ? undefined : credentials.pushPartnerKey;
  writeJsonLine(io, { url, partnerId, partnerKey, shopId, accessToken, refreshToken, pushPartnerKey });
}

function printExports({ url, credentials }: Emulator, { context: { io }, pushUrl }: ServeEmulatorOptions): void {
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
  };
  io.stderr.write(`A local Shopee listens on ${url} until you press Ctrl-C. To upload to it, set:\n\n`);
  io.stdout.write(Object.entries(variables).map(([name, value]) => `export ${name}=${value}\n`).join(""));
}
