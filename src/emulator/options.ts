import type { EmulatorCredentials } from "./auth/credential_store.ts";
import type { Fault } from "./faults/fault.ts";
import type { NetworkOptions } from "./server/network.ts";
import type { PushOptions } from "./push/send_push.ts";

/** How {@linkcode createEmulator} sets up a local Shopee. Credentials that are not given are made up. */
export interface CreateEmulatorOptions extends Partial<Omit<EmulatorCredentials, "pushPartnerKey">> {
  /** Bytes of every part but the last that `media` asks for. @default 10485760 */
  mediaPartSize?: number;
  /** Milliseconds that a completed video is in `TRANSCODING` or `PROCESSING`. @default 300 */
  transcodeMs?: number;
  /** Seconds by which the emulator's clock is ahead of the machine's; negative when it is behind. @default 0 */
  clockOffset?: number;
  /** Seconds that an access token lives. @default 14400 */
  tokenLifetime?: number;
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
}

/** The options that every part of the emulator may ask for, with defaults. */
export interface ResolvedOptions {
  mediaPartSize: number;
  transcodeMs: number;
  clockOffset: number;
  tokenLifetime: number;
  inspect: boolean;
}

/**
 * Checks options and fills in defaults.
 *
 * @throws {RangeError} When a number is out of range.
 */
export function resolveOptions(options: CreateEmulatorOptions): ResolvedOptions {
  const resolved = {
    mediaPartSize: options.mediaPartSize ?? 10_485_760,
    transcodeMs: options.transcodeMs ?? 300,
    clockOffset: options.clockOffset ?? 0,
    tokenLifetime: options.tokenLifetime ?? 14_400,
    inspect: options.inspect ?? true,
  };
  if (!Number.isSafeInteger(resolved.mediaPartSize) || resolved.mediaPartSize < 1) {
    throw new RangeError(`mediaPartSize must be a whole number of bytes, at least 1, not ${resolved.mediaPartSize}`);
  }
  if (!(resolved.transcodeMs >= 0)) {
    throw new RangeError(`transcodeMs must be 0 or more, not ${resolved.transcodeMs}`);
  }
  if (!Number.isFinite(resolved.clockOffset)) {
    throw new RangeError(`clockOffset must be a number of seconds, not ${resolved.clockOffset}`);
  }
  if (!(resolved.tokenLifetime > 0)) {
    throw new RangeError(`tokenLifetime must be more than 0 seconds, not ${resolved.tokenLifetime}`);
  }
  return resolved;
}
