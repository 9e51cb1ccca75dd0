import { fileSource } from "../node/mod.ts";
import type { PartSource } from "../upload/source/part_source.ts";
import { demandReadableFile } from "./demand_readable_file.ts";

/**
 * Opens a file of which only what is asked for is read: a range, or one part after the other.
 *
 * @param path The file.
 * @returns Its source.
 * @throws {InvalidInputError} There is no such file, or it cannot be read.
 */
export async function openFile(path: string): Promise<PartSource> {
  await demandReadableFile(path);
  return await fileSource(path);
}
