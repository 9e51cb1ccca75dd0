/**
 * What needs a file system: sources and stores on disk, for Node, Deno and Bun.
 *
 * @module
 */

export { createFolderStore } from "./folder_store.ts";
export { fileSource } from "./file_source.ts";
