import { execFile } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Runtimes that a child can have. */
export type RuntimeName = "node" | "deno" | "bun";

/** Options of {@linkcode runChild}. */
export interface RunChildOptions {
  /** Another runtime than this one, of `node_modules/.bin`. */
  runtime?: RuntimeName;
  /**
   * Loads modules as Node has compiled them before, so that compiling TypeScript, which users do not do, takes no memory.
   * @default false
   */
  compiled?: boolean;
}

const COMPILED = { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), "shopee-media-bench-compiled") };

/**
 * Runs a script of this folder in a fresh process.
 *
 * @param script Its name, such as `upload_child.ts`.
 * @param args What it is given.
 * @param options What runs it.
 * @returns What it printed, read as JSON.
 */
export async function runChild<Answer>(
  script: string,
  args: readonly string[],
  options: RunChildOptions = {},
): Promise<Answer> {
  const { runtime, compiled = false } = options;
  const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
  const command = runtime === undefined ? process.execPath : path(`../node_modules/.bin/${runtime}`);
  const { stdout } = await run(command, [...(runtime === "deno" ? ["run", "-A"] : []), path(script), ...args], {
    env: compiled ? COMPILED : process.env,
  });
  return JSON.parse(stdout) as Answer;
}
