import { resolve } from "node:path";
import { createFolderStore } from "../../node/mod.ts";
import type { CheckpointOptions } from "../../upload/session/checkpoint.ts";
import type { VideoModule } from "../../platform/types/video_module.ts";

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
 * Makes the function that tells where the upload of a file is written down.
 *
 * @param options Folder, and what an upload is told apart by besides its file.
 * @returns Answers the checkpoint of a path.
 */
export function createCheckpoints(options: CreateCheckpointsOptions): (file: string) => CheckpointOptions {
  const { folder, module, shop = "" } = options;
  const store = createFolderStore(folder);
  return (file) => ({ store, key: `${module} ${shop} ${resolve(file)}` });
}
