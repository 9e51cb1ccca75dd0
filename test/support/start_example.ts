import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { nodeEnvironment } from "./node_environment.ts";
import { runtime } from "./runtime.ts";

/** Where an example runs. */
export interface ExampleOptions {
  /** Its arguments. */
  argv?: string[];
  /** Its environment, besides the `PATH`. */
  env: Record<string, string>;
  /** Its working directory. */
  cwd: string;
}

/** An example in a process of its own. */
export interface ExampleRun {
  /** What it has printed so far. */
  stdout: string;
  stderr: string;
  /** Waits until its stdout matches. */
  printed(pattern: RegExp): Promise<RegExpExecArray>;
  /** Its exit code, or the signal that killed it. */
  exit: Promise<number | string>;
}

const RUN: readonly string[] = runtime === "deno" ? ["run", "--allow-all", "--quiet"] : [];

/** Starts an example with the runtime that the tests run on. It is killed after the test, should it still run. */
export function startExample(name: string, { argv = [], env, cwd }: ExampleOptions): ExampleRun {
  const path = fileURLToPath(new URL(`../../examples/${name}`, import.meta.url));
  const child = spawn(process.execPath, [...RUN, path, ...argv], {
    cwd,
    env: { ...nodeEnvironment(), ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const checks = new Set<() => void>();
  const run: ExampleRun = {
    stdout: "",
    stderr: "",
    printed: (pattern) =>
      new Promise((resolve, reject) => {
        const check = () => {
          const match = pattern.exec(run.stdout);
          if (match !== null) resolve(match);
        };
        checks.add(check);
        child.once(
          "close",
          () => reject(new Error(`It ended without printing ${pattern}: ${run.stdout}${run.stderr}`)),
        );
        check();
      }),
    exit: new Promise((resolve) => child.once("close", (code, signal) => resolve(code ?? signal ?? "unknown"))),
  };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    run.stdout += text;
    for (const check of checks) check();
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => run.stderr += text);
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await run.exit;
  });
  return run;
}

/** Runs an example to its end. */
export async function runExample(
  name: string,
  options: ExampleOptions,
): Promise<{ exitCode: number | string; stdout: string; stderr: string }> {
  const run = startExample(name, options);
  const exitCode = await run.exit;
  return { exitCode, stdout: run.stdout, stderr: run.stderr };
}
