import { constants } from "node:fs";
import { access, mkdir } from "node:fs/promises";
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import { InvalidInputError } from "../../mod.ts";
import { explainSystemError } from "./format.ts";

/** What {@linkcode stateFolder} depends on. */
export interface StateFolderOptions {
  /** Environment variables. */
  environment: Record<string, string | undefined>;
  /** The operating system. @default this one */
  platform?: string;
  /** The user's home. @default this one's */
  home?: string;
}

/**
 * Finds where this user's runs of the command keep what they have to know of each other.
 *
 * @param name What is kept there.
 * @param options Environment, operating system and home.
 * @returns The path of a folder, which need not be there yet; nothing for a user who has no home.
 * @see https://specifications.freedesktop.org/basedir-spec/latest/
 */
export function stateFolder(name: "checkpoints" | "tokens", options: StateFolderOptions): string | undefined {
  const { environment, platform = process.platform, home = findHome() } = options;
  const folder = findState(environment, { platform, home });
  return folder === undefined ? undefined : join(folder, "shopee-media", name);
}

/** In a container, a user often has neither `HOME` nor an entry in `/etc/passwd`; then Node throws. */
function findHome(): string {
  try {
    return homedir();
  } catch {
    return "";
  }
}

function findState(
  { XDG_STATE_HOME = "", LOCALAPPDATA = "" }: Record<string, string | undefined>,
  { platform, home }: { platform: string; home: string },
): string | undefined {
  if (isAbsolute(XDG_STATE_HOME)) return XDG_STATE_HOME;
  if (platform === "win32" && LOCALAPPDATA !== "") return LOCALAPPDATA;
  if (!isAbsolute(home)) return undefined;
  if (platform === "win32") return join(home, "AppData", "Local");
  return platform === "darwin" ? join(home, "Library", "Application Support") : join(home, ".local", "state");
}

/**
 * Makes sure that something can be kept in a folder, before anything depends on it.
 *
 * @param folder Path of the folder, which is made if it is not there.
 * @param options `what` is to be kept in it, and `advice` is given to a user who has no home.
 * @throws {InvalidInputError} It cannot.
 */
export async function prepareFolder(
  folder: string | undefined,
  { what, advice }: { what: string; advice: string },
): Promise<string> {
  if (folder === undefined) {
    throw new InvalidInputError(`Cannot keep ${what}: this user has no home folder, so ${advice}`);
  }
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await access(folder, constants.W_OK);
    return folder;
  } catch (cause) {
    throw new InvalidInputError(`Cannot keep ${what} in ${folder}: ${explainSystemError(cause)}`, { cause });
  }
}
