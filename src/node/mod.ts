/**
 * What needs a file system: sources and stores on disk, for Node, Deno and Bun.
 *
 * @module
 */

export { createFolderStore } from "./create_folder_store.ts";
export { fileSource } from "./file_source.ts";
