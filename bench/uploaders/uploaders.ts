import type { PrepareUpload } from "./upload_task.ts";

/** Ways to upload a file to Shopee. */
export const SHOPEE_UPLOADERS = ["ours: fileSource", "ours: pipe", "naive chain", "fetch loop", "SDK loop"] as const;

/** Name of a way to upload a file: to Shopee, or to the platform that a peer is made for. */
export type UploaderName = typeof SHOPEE_UPLOADERS[number] | "lib-storage" | "tus-js-client";

/** Loads the modules of a way to upload a file, and of that one only. */
export const UPLOADERS: Record<UploaderName, () => Promise<PrepareUpload>> = {
  "ours: fileSource": async () => (await import("./our_file.ts")).prepareOurFile,
  "ours: pipe": async () => (await import("./our_pipe.ts")).prepareOurPipe,
  "naive chain": async () => (await import("./naive_chain.ts")).prepareNaiveChain,
  "fetch loop": async () => (await import("./fetch_loop.ts")).prepareFetchLoop,
  "SDK loop": async () => (await import("./sdk_loop.ts")).prepareSdkLoop,
  "lib-storage": async () => (await import("./lib_storage.ts")).prepareLibStorage,
  "tus-js-client": async () => (await import("./tus_client.ts")).prepareTusClient,
};
