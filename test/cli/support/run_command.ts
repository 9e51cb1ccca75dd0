import { spawn } from "node:child_process";
import type { Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import type { InterruptSignal } from "../../../src/cli/command_context.ts";
import type { EmulatorCredentials } from "../../../src/emulator/mod.ts";
import { nodeEnvironment } from "../../support/node_environment.ts";

const NODE = process.execPath;
const BIN = fileURLToPath(new URL("../../../src/cli/bin.ts", import.meta.url));

export interface RunCommandOptions {
  env?: Record<string, string>;
  cwd: string;
  /** Arguments for Node itself. */
  node?: string[];
}

/** A run of the real command in a process of its own. */
export interface CommandRun {
  /** What it has printed so far. */
  stdout: string;
  stderr: string;
  /** Sends it a signal. */
  kill(signal: InterruptSignal | "SIGKILL"): void;
  /** Its stdin, which is open until it is ended. */
  stdin: Writable;
  /** Goes away as a reader of its stdout. */
  closeStdout(): void;
  /** Waits until it has printed a text. */
  printed(text: string): Promise<void>;
  /** Its exit code, or the signal that killed it. */
  exit: Promise<number | string>;
}

/** Starts the command. */
export function startCommand(argv: string[], options: RunCommandOptions): CommandRun {
  const child = spawn(NODE, [...options.node ?? [], BIN, ...argv], {
    cwd: options.cwd,
    env: { ...nodeEnvironment(), ...options.env },
    stdio: ["pipe", "pipe", "pipe"],
  });
  child.stdin.on("error", () => {}); // It may end without reading all.
  const waiting = new Set<() => void>();
  const run: CommandRun = {
    stdout: "",
    stderr: "",
    closeStdout: () => void child.stdout.destroy(),
    stdin: child.stdin,
    kill: (signal) => void child.kill(signal),
    printed: (text) =>
      new Promise((resolve, reject) => {
        const check = (): void => {
          if ((run.stdout + run.stderr).includes(text)) resolve();
        };
        waiting.add(check);
        child.once("close", () => reject(new Error(`It ended without printing "${text}": ${run.stdout}${run.stderr}`)));
        check();
      }),
    exit: new Promise((resolve) => child.once("close", (code, signal) => resolve(code ?? signal ?? "unknown"))),
  };
  const collect = (name: "stdout" | "stderr") => (text: string): void => {
    run[name] += text;
    for (const check of waiting) check();
  };
  child.stdout.setEncoding("utf8").on("data", collect("stdout"));
  child.stderr.setEncoding("utf8").on("data", collect("stderr"));
  return run;
}

/** Runs the command to its end. */
export async function runCommand(argv: string[], options: RunCommandOptions): Promise<CommandRun> {
  const run = startCommand(argv, options);
  await run.exit;
  return run;
}

/** The environment that leads the command to an emulator. */
export function environmentOf(
  emulator: {
    url: string;
    credentials: Pick<EmulatorCredentials, "partnerId" | "partnerKey" | "shopId" | "accessToken">;
  },
): Record<string, string> {
  const { partnerId, partnerKey, shopId, accessToken } = emulator.credentials;
  return {
    SHOPEE_BASE_URL: emulator.url,
    SHOPEE_PARTNER_ID: String(partnerId),
    SHOPEE_PARTNER_KEY: partnerKey,
    SHOPEE_SHOP_ID: String(shopId),
    SHOPEE_ACCESS_TOKEN: accessToken,
  };
}
