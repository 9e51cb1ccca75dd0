/** A stream that the command writes text to. */
export interface TextOutput extends NodeJS.WritableStream {
  /** Whether it is a terminal. */
  isTTY?: boolean;
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
