/** What every subcommand works with. */
export interface CommandContext {
  /** The process around it. */
  io: CommandIo;
  /** Aborted when the user interrupts. */
  signal: AbortSignal;
  /** What the process ends with, set by the subcommand: one of `EXIT`. */
  exitCode: number;
}

/** What the command needs of the process it runs in. Node's `process` is one. */
export interface CommandIo {
  /** Environment variables. */
  env: Record<string, string | undefined>;
  /** Takes results. */
  stdout: TextOutput;
  /** Takes everything else. */
  stderr: TextOutput;
  /** Listens for a signal of the operating system. */
  on(signal: "SIGINT" | "SIGTERM", listener: () => void): unknown;
  /** Stops listening. */
  off(signal: "SIGINT" | "SIGTERM", listener: () => void): unknown;
  /** Ends the process at once. */
  exit(exitCode: number): void;
}

/** A stream that the command writes text to. */
export interface TextOutput extends NodeJS.WritableStream {
  /** Whether it is a terminal. */
  isTTY?: boolean;
}

/** Writes a value as one line of JSON to stdout. */
export function writeJsonLine({ stdout }: Pick<CommandIo, "stdout">, value: unknown): void {
  stdout.write(`${JSON.stringify(value)}\n`);
}
