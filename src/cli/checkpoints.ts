import { homedir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";
import type { CheckpointOptions, VideoModule } from "../../mod.ts";
import { createFolderStore } from "../node/mod.ts";

/** Options of {@linkcode createCheckpoints}. */
export interface CreateCheckpointsOptions {
  /** Where they are kept. */
  folder: string;
  /** Which module takes the videos. */
  module: VideoModule;
  /** The shop that uploads, if one is named. */
  shop?: string;
}

/**
 * Makes the function that finds where the upload of a file is written down.
 *
 * @param options Folder, and what an upload is told apart by besides its file.
 * @returns A function that takes the path of the file.
 */
export function createCheckpoints(options: CreateCheckpointsOptions): (file: string) => CheckpointOptions {
  const { folder, module, shop = "" } = options;
  const store = createFolderStore(folder);
  return (file) => ({ store, key: `${module} ${shop} ${resolve(file)}` });
}

/** What {@linkcode checkpointsFolder} depends on. */
export interface CheckpointsFolderOptions {
  /** Environment variables. */
  environment: Record<string, string | undefined>;
  /** The operating system. @default this one */
  platform?: string;
  /** The user's home. @default this one's */
  home?: string;
}

/**
 * Finds where a program of this user keeps what it has to know in its next run.
 *
 * @returns The path of a folder, which need not be there yet.
 * @see https://specifications.freedesktop.org/basedir-spec/latest/
 */
export function checkpointsFolder(options: CheckpointsFolderOptions): string {
  const { environment, platform = process.platform, home = homedir() } = options;
  return join(stateFolder(environment, { platform, home }), "shopee-media", "checkpoints");
}

function stateFolder(
  { XDG_STATE_HOME = "", LOCALAPPDATA }: Record<string, string | undefined>,
  { platform, home }: { platform: string; home: string },
): string {
  if (isAbsolute(XDG_STATE_HOME)) return XDG_STATE_HOME;
  if (platform === "win32") return LOCALAPPDATA || join(home, "AppData", "Local");
  if (platform === "darwin") return join(home, "Library", "Application Support");
  return join(home, ".local", "state");
}
