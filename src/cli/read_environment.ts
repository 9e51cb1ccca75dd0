import { readFile } from "node:fs/promises";
import { parseEnv } from "node:util";
import { InvalidInputError } from "../errors.ts";
import type { CommandIo } from "./command_context.ts";
import { explainSystemError } from "./explain_error.ts";

/** Environment variables by name. */
export type Environment = Record<string, string | undefined>;

/**
 * Joins the process's environment with an env file's. The process's own wins.
 *
 * @param io The process.
 * @param path The env file; without it, `.env` in the working directory if there is one.
 * @returns All variables.
 * @throws {InvalidInputError} If the named file cannot be read.
 */
export async function readEnvironment(io: Pick<CommandIo, "env">, path: string | undefined): Promise<Environment> {
  const text = path === undefined ? await readDefaultFile() : await readNamedFile(path);
  return { ...parseEnv(text), ...io.env };
}

async function readNamedFile(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    throw new InvalidInputError(`Cannot read the env file ${path}: ${explainSystemError(cause)}`, { cause });
  }
}

async function readDefaultFile(): Promise<string> {
  try {
    return await readFile(".env", "utf8");
  } catch {
    return ""; // It is only looked for, never asked for.
  }
}
