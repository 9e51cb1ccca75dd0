import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { InvalidInputError } from "../errors.ts";
import { explainSystemError } from "./explain_system_error.ts";

/**
 * Makes sure that a path names a file that can be read, before anything is begun with it.
 *
 * @param path The file.
 * @throws {InvalidInputError} There is no such file, or it cannot be read.
 */
export async function demandReadableFile(path: string): Promise<void> {
  const stats = await stat(path).catch((cause) => refuse(path, cause));
  if (!stats.isFile()) throw new InvalidInputError(`Cannot read ${path}: it is not a regular file`);
  await access(path, constants.R_OK).catch((cause) => refuse(path, cause));
}

function refuse(path: string, cause: unknown): never {
  throw new InvalidInputError(`Cannot read ${path}: ${explainSystemError(cause)}`, { cause });
}
