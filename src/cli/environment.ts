import { readFile } from "node:fs/promises";
import { parseEnv } from "node:util";
import { InvalidInputError, type Region, REGIONS } from "../../mod.ts";
import { explainSystemError } from "./format.ts";

/** What the environment variables are for, for `--help`. */
export const ENVIRONMENT_HELP: string = `
Environment (or an env file; the environment wins):
  SHOPEE_PARTNER_ID           your app's partner id
  SHOPEE_PARTNER_KEY          your app's partner key
  SHOPEE_SHOP_ID              the shop, for videos of --module media_space
  SHOPEE_ACCESS_TOKEN         the shop's access token, for the same: good for 4 hours
  SHOPEE_REFRESH_TOKEN        instead of it, the refresh token of the shop's authorisation, which serves once: what
                              comes of it is kept in your state folder, and used from then on
  SHOPEE_REGION               global (default), china, brazil, sandbox or sandbox-china
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
