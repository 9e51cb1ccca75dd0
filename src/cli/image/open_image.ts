import { openAsBlob } from "node:fs";
import { basename } from "node:path";
import { demandReadableFile } from "../demand_readable_file.ts";

/**
 * Opens a picture, which is read from the disk when it is looked at and sent, not before.
 *
 * @param path The file.
 * @returns The picture, with its name.
 * @throws {InvalidInputError} There is no such file, or it cannot be read.
 */
export async function openImage(path: string): Promise<File> {
  await demandReadableFile(path);
  return new File([await openAsBlob(path)], basename(path));
}
