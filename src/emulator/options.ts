import { inspect } from "node:util";
import type { Dialect } from "./api/refusal.ts";
import type { EmulatorCredentials, ShopOptions } from "./auth/credential_store.ts";
import type { Fault } from "./faults/fault.ts";
import type { NetworkOptions } from "./server/network.ts";
import type { PushOptions } from "./push/send_push.ts";

/** How {@linkcode createEmulator} sets up a local Shopee. Credentials that are not given are made up. */
export interface CreateEmulatorOptions extends Partial<Omit<EmulatorCredentials, "pushPartnerKey">> {
  /** The shops that the app may call for, instead of one of `shopId`, `accessToken` and `refreshToken`. */
  shops?: ShopOptions[];
  /**
   * How it puts what it says: `samples` as the platform's own error samples, and clients that talk to it, show its
   * answers; `reference` as the tables of its reference list them. @default "samples"
   */
  dialect?: Dialect;
  /** Bytes of every part but the last that `media` asks for. @default 10485760 */
  mediaPartSize?: number;
  /** Milliseconds that a completed video is in `TRANSCODING` or `PROCESSING`. @default 300 */
  transcodeMs?: number;
  /** Milliseconds after its complete for which a video is not known where results are asked for. @default 0 */
  vidDelayMs?: number;
  /** Milliseconds after its init at which a session that was not completed expires. @default never */
  sessionTtlMs?: number;
  /** Seconds by which the emulator's clock is ahead of the machine's; negative when it is behind. @default 0 */
  clockOffset?: number;
  /** Seconds that an access token lives. @default 14400 */
  tokenLifetime?: number;
  /** Calls that the app may make in a day, which begins at midnight of UTC+8. @default unlimited */
  dailyLimit?: number;
  /** Calls that the app may make in a second; `shops` has limits of each shop's own. @default unlimited */
  rateLimit?: number;
  /** Where uploads are kept. It is created if need be, and never removed. @default a temporary folder, removed on close */
  directory?: string;
  /** Whether videos are looked at; `false` lets any bytes pass for a video. @default true */
  inspect?: boolean;
  /** What goes wrong from the beginning, as objects or as text for {@linkcode parseFault}. @default [] */
  faults?: (Fault | string)[];
  /** Where the emulator sends pushes when a video has ended. @default nowhere */
  push?: PushOptions;
  /** How far and how narrow the way to the emulator is. @default no latency, unlimited */
  network?: NetworkOptions;
  /** Called with a line about each request that it refuses: what the client is not told. @default nothing is done */
  log?: (line: string) => void;
}

/** The options that every part of the emulator may ask for, with defaults. */
export interface ResolvedOptions {
  shops: readonly ShopOptions[];
  dialect: Dialect;
  mediaPartSize: number;
  transcodeMs: number;
  vidDelayMs: number;
  sessionTtlMs: number;
  clockOffset: number;
  tokenLifetime: number;
  dailyLimit: number;
  rateLimit: number;
  inspect: boolean;
  log: (line: string) => void;
}

/**
 * Checks options and fills in defaults.
 *
 * @throws {RangeError} When a number is out of range.
 * @throws {TypeError} When there is no such dialect, or both one shop and several are given.
 */
export function resolveOptions(options: CreateEmulatorOptions): ResolvedOptions {
  const resolved = {
    shops: resolveShops(options),
    dialect: options.dialect ?? "samples",
    mediaPartSize: options.mediaPartSize ?? 10_485_760,
    transcodeMs: options.transcodeMs ?? 300,
    vidDelayMs: options.vidDelayMs ?? 0,
    sessionTtlMs: options.sessionTtlMs ?? Infinity,
    clockOffset: options.clockOffset ?? 0,
    tokenLifetime: options.tokenLifetime ?? 14_400,
    dailyLimit: options.dailyLimit ?? Infinity,
    rateLimit: options.rateLimit ?? Infinity,
    inspect: options.inspect ?? true,
    log: options.log ?? (() => {}),
  };
  const { dialect, mediaPartSize, clockOffset, tokenLifetime } = resolved;
  if (dialect !== "samples" && dialect !== "reference") {
    throw new TypeError(`dialect must be "samples" or "reference", not ${inspect(dialect)}`);
  }
  if (!Number.isSafeInteger(mediaPartSize) || mediaPartSize < 1) {
    throw new RangeError(`mediaPartSize must be a whole number of bytes, at least 1, not ${mediaPartSize}`);
  }
  for (const name of ["transcodeMs", "vidDelayMs"] as const) {
    if (!(resolved[name] >= 0)) throw new RangeError(`${name} must be 0 or more, not ${resolved[name]}`);
  }
  if (!(resolved.sessionTtlMs > 0)) {
    throw new RangeError(`sessionTtlMs must be more than 0 ms, not ${resolved.sessionTtlMs}`);
  }
  if (!Number.isFinite(clockOffset)) {
    throw new RangeError(`clockOffset must be a number of seconds, not ${clockOffset}`);
  }
  if (!(tokenLifetime > 0)) {
    throw new RangeError(`tokenLifetime must be more than 0 seconds, not ${tokenLifetime}`);
  }
  checkLimit("dailyLimit", resolved.dailyLimit);
  checkLimit("rateLimit", resolved.rateLimit);
  for (const { rateLimit = Infinity } of resolved.shops) checkLimit("rateLimit of a shop", rateLimit);
  return resolved;
}

/** At least one. */
function resolveShops({ shops, shopId, accessToken, refreshToken }: CreateEmulatorOptions): readonly ShopOptions[] {
  if (shops === undefined) return [{ shopId, accessToken, refreshToken }];
  if (shops.length === 0) throw new RangeError("shops must hold at least one shop");
  const one = { shopId, accessToken, refreshToken };
  for (const [name, value] of Object.entries(one)) {
    if (value !== undefined) throw new TypeError(`With shops there is no ${name}: each of them has its own`);
  }
  return shops;
}

function checkLimit(name: string, limit: number): void {
  if (limit === Infinity || (Number.isSafeInteger(limit) && limit >= 0)) return;
  throw new RangeError(`${name} must be a whole number of calls from 0, not ${limit}`);
}
