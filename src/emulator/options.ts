import { InvalidInputError } from "../errors.ts";
import type { Dialect } from "./api/answer.ts";
import type { MainAccountOptions, ShopOptions } from "./auth/credential_store.ts";
import type { Cassette } from "./cassette.ts";
import {
  CALLS,
  checkOptions,
  FLAG,
  isNumber,
  isText,
  MILLISECONDS,
  NUMBER,
  OBJECT,
  type Rule,
  type Rules,
  SECRET,
} from "./check_options.ts";
import type { Fault } from "./faults/fault.ts";
import type { PushOptions } from "./push/send_push.ts";
import type { NetworkOptions } from "./server/network.ts";

/** How {@linkcode createEmulator} sets up a local Shopee. Credentials that are not given are made up. */
export interface CreateEmulatorOptions {
  /** The app. */
  partnerId?: number | undefined;
  /** Key that signs. */
  partnerKey?: string | undefined;
  /** The shop. */
  shopId?: number | undefined;
  /** The shop's access token. */
  accessToken?: string | undefined;
  /** Gets the next pair of tokens, once. */
  refreshToken?: string | undefined;
  /** The shops that the app may call for, instead of one of `shopId`, `accessToken` and `refreshToken`. */
  shops?: ShopOptions[] | undefined;
  /** Who authorises the app, instead of a shop: a main account, for all that it has. @default none */
  mainAccount?: MainAccountOptions | undefined;
  /**
   * How it puts what it says: `samples` as the platform's own error samples, and clients that talk to it, show its
   * answers; `reference` as the tables of its reference list them. @default "samples"
   */
  dialect?: Dialect | undefined;
  /**
   * What the platform itself has answered, as `shopee-media conform --record` wrote it down: it is played where a request
   * is like a recorded one, over the dialect `samples`. @default nothing
   */
  cassette?: Cassette | undefined;
  /** Bytes of every part but the last that `media` asks for. @default 10485760 */
  mediaPartSize?: number | undefined;
  /** Milliseconds that a completed video is in `TRANSCODING` or `PROCESSING`. @default 300 */
  transcodeMs?: number | undefined;
  /** Milliseconds after its complete for which a video is not known where results are asked for. @default 0 */
  vidDelayMs?: number | undefined;
  /** Milliseconds after its init at which a session that was not completed expires. @default never */
  sessionTtlMs?: number | undefined;
  /** Seconds by which the emulator's clock is ahead of the machine's; negative when it is behind. @default 0 */
  clockOffset?: number | undefined;
  /** Seconds that an access token lives. @default 14400 */
  tokenLifetime?: number | undefined;
  /** Calls that the app may make in a day, which begins at midnight of UTC+8. @default unlimited */
  dailyLimit?: number | undefined;
  /** Calls that the app may make in a second; `shops` has limits of each shop's own. @default unlimited */
  rateLimit?: number | undefined;
  /** Where uploads are kept. It is created if need be, and never removed. @default a temporary folder, removed on close */
  directory?: string | undefined;
  /** Whether videos are looked at; `false` lets any bytes pass for a video. @default true */
  inspect?: boolean | undefined;
  /** What goes wrong from the beginning, as objects or as text for {@linkcode parseFault}. @default [] */
  faults?: (Fault | string)[] | undefined;
  /** Where the emulator sends pushes when a video has ended. @default nowhere */
  push?: PushOptions | undefined;
  /** How far and how narrow the way to the emulator is. @default no latency, unlimited */
  network?: NetworkOptions | undefined;
  /** Called with a line about each request that it refuses: what the client is not told. @default nothing is done */
  log?: ((line: string) => void) | undefined;
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

const MORE_THAN_0 = (value: unknown) => isNumber(value) && value > 0;

const SHOP_RULES: Rules<ShopOptions> = {
  shopId: NUMBER,
  accessToken: SECRET,
  refreshToken: SECRET,
  rateLimit: CALLS,
};

const IDS: Rule = ["a list of whole numbers from 1", (value) => Array.isArray(value) && value.every(NUMBER[1])];

const MAIN_ACCOUNT_RULES: Rules<MainAccountOptions> = {
  mainAccountId: NUMBER,
  shopIds: IDS,
  merchantIds: IDS,
  userIds: IDS,
};

/** What is in `push`, `network`, `faults` and `cassette` is looked at where it is used. */
const RULES: Rules<CreateEmulatorOptions> = {
  partnerId: NUMBER,
  partnerKey: SECRET,
  shopId: NUMBER,
  accessToken: SECRET,
  refreshToken: SECRET,
  shops: ["a list of at least one shop", (value) => Array.isArray(value) && value.length > 0],
  mainAccount: OBJECT,
  dialect: ['"samples" or "reference"', (value) => value === "samples" || value === "reference"],
  cassette: OBJECT,
  mediaPartSize: ["a whole number of bytes from 1", NUMBER[1]],
  transcodeMs: MILLISECONDS,
  vidDelayMs: MILLISECONDS,
  sessionTtlMs: ["more than 0 ms", MORE_THAN_0],
  clockOffset: ["a number of seconds", Number.isFinite],
  tokenLifetime: ["more than 0 seconds", (value) => MORE_THAN_0(value) && value !== Infinity],
  dailyLimit: CALLS,
  rateLimit: CALLS,
  directory: ["a path", isText],
  inspect: FLAG,
  faults: ["a list of faults", Array.isArray],
  push: OBJECT,
  network: OBJECT,
  log: ["a function", (value) => typeof value === "function"],
};

/**
 * Checks the options of an emulator, but for those that are objects themselves.
 *
 * @param what Whose they are.
 * @param more Rules for what else it takes.
 * @throws {InvalidInputError} When one is unknown or not what it must be, or both one shop and several are given.
 */
export function checkEmulatorOptions<Options extends CreateEmulatorOptions>(
  what: string,
  options: Options,
  more: Rules<Omit<Options, keyof CreateEmulatorOptions>>,
): Options {
  const given = checkOptions<Options>(what, options, { ...RULES, ...more } as Rules<Options>);
  const { shops, shopId, accessToken, refreshToken, dialect, cassette } = given;
  if (cassette !== undefined && dialect === "reference") {
    throw new InvalidInputError("A cassette is played over the dialect samples, not over reference");
  }
  if (given.mainAccount !== undefined) checkOptions("the mainAccount", given.mainAccount, MAIN_ACCOUNT_RULES);
  if (shops === undefined) return given;
  for (const shop of shops) checkOptions("a shop", shop, SHOP_RULES);
  for (const [name, value] of Object.entries({ shopId, accessToken, refreshToken })) {
    if (value !== undefined) throw new InvalidInputError(`With shops there is no ${name}: each of them has its own`);
  }
  return given;
}

/** Fills in defaults. */
export function resolveOptions(options: CreateEmulatorOptions): ResolvedOptions {
  const { shopId, accessToken, refreshToken } = options;
  return {
    shops: options.shops ?? [{ shopId, accessToken, refreshToken }],
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
}
