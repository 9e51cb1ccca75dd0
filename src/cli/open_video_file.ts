import { constants, openAsBlob, type Stats } from "node:fs";
import { access, stat } from "node:fs/promises";
import { InvalidInputError } from "../errors.ts";
import { explainSystemError } from "./explain_system_error.ts";

/**
 * Opens a file as a `Blob` that reads from the disk when it is streamed, not before.
 *
 * @param path The file.
 * @returns The blob.
 * @throws {InvalidInputError} If there is no such file, or it cannot be read.
 */
export async function openVideoFile(path: string): Promise<Blob> {
  const stats = await examine(path);
  if (!stats.isFile()) throw new InvalidInputError(`Cannot read ${path}: it is not a regular file`);
  return await openAsBlob(path);
}

/** `openAsBlob` itself notices only when the upload has begun. */
async function examine(path: string): Promise<Stats> {
  try {
    await access(path, constants.R_OK);
    return await stat(path);
  } catch (cause) {
    throw new InvalidInputError(`Cannot read ${path}: ${explainSystemError(cause)}`, { cause });
  }
}
