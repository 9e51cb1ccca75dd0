import { constants, openAsBlob } from "node:fs";
import { access, stat } from "node:fs/promises";
import { basename } from "node:path";
import { InvalidInputError, type PartSource } from "../../mod.ts";
import { fileSource } from "../node/mod.ts";
import { explainSystemError } from "./format.ts";

/**
 * Opens a file of which only what is asked for is read: a range, or one part after the other.
 *
 * @throws {InvalidInputError} There is no such file, or it cannot be read.
 */
export async function openFile(path: string): Promise<PartSource> {
  await demandReadableFile(path);
  return await fileSource(path);
}

/**
 * Opens a picture, which is read from the disk when it is looked at and sent, not before.
 *
 * @returns The picture, with its name.
 * @throws {InvalidInputError} There is no such file, or it cannot be read.
 */
export async function openImage(path: string): Promise<File> {
  await demandReadableFile(path);
  return new File([await openAsBlob(path)], basename(path));
}

/** Before anything is begun with it, and in words for a human. */
async function demandReadableFile(path: string): Promise<void> {
  const stats = await stat(path).catch((cause) => refuse(path, cause));
  if (!stats.isFile()) throw new InvalidInputError(`Cannot read ${path}: it is not a regular file`);
  await access(path, constants.R_OK).catch((cause) => refuse(path, cause));
}

function refuse(path: string, cause: unknown): never {
  throw new InvalidInputError(`Cannot read ${path}: ${explainSystemError(cause)}`, { cause });
}
