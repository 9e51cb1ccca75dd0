import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import type { Environment } from "../read_environment.ts";

/** What {@linkcode checkpointsFolder} goes by. */
export interface CheckpointsFolderOptions {
  /** Environment variables. */
  environment: Environment;
  /** The operating system. @default this one */
  platform?: string;
  /** The user's home. @default this one's */
  home?: string;
}

/**
 * Where a program of this user keeps what it has to know in its next run.
 *
 * @param options Environment, operating system, home.
 * @returns The path of a folder, which need not be there yet.
 * @see https://specifications.freedesktop.org/basedir-spec/latest/
 */
export function checkpointsFolder(options: CheckpointsFolderOptions): string {
  const { environment, platform = process.platform, home = homedir() } = options;
  return join(stateFolder(environment, { platform, home }), "shopee-media", "checkpoints");
}

function stateFolder(environment: Environment, { platform, home }: { platform: string; home: string }): string {
  const { XDG_STATE_HOME = "", LOCALAPPDATA } = environment;
  if (isAbsolute(XDG_STATE_HOME)) return XDG_STATE_HOME;
  if (platform === "win32") return LOCALAPPDATA || join(home, "AppData", "Local");
  if (platform === "darwin") return join(home, "Library", "Application Support");
  return join(home, ".local", "state");
}
