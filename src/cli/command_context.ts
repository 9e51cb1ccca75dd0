import type { Readable } from "node:stream";

/** The exit codes of the command. */
export const EXIT = {
  done: 0,
  failed: 1,
  refused: 2,
  notJudged: 3,
  hungUp: 129,
  interrupted: 130,
  quit: 131,
} as const;

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
  /** Gives a video, if one is to come from there. */
  readonly stdin: Readable;
  /** Takes results. */
  stdout: TextOutput;
  /** Takes everything else. */
  stderr: TextOutput;
  /** Listens for a signal of the operating system. */
  on(signal: InterruptSignal, listener: () => void): unknown;
  /** Stops listening. */
  off(signal: InterruptSignal, listener: () => void): unknown;
  /** Ends the process at once. */
  exit(exitCode: number): void;
}

/** A stream that the command writes text to. */
export interface TextOutput extends NodeJS.WritableStream {
  /** Whether it is a terminal. */
  isTTY?: boolean;
  /** How many characters stand in a line of it. */
  columns?: number;
}

/** The signals of the operating system by which a user stops a command. */
export type InterruptSignal = "SIGINT" | "SIGTERM" | "SIGHUP" | "SIGQUIT";

/** What a terminal obeys instead of showing it, and what turns the order of the characters around. */
const UNSHOWABLE = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/**
 * Makes a text safe for a terminal, and one line of it: file names, and what Shopee says, may hold anything.
 *
 * @returns The text, with an escape such as `\u001b` in the place of each character that does more than to be seen.
 */
export function printable(text: string): string {
  return text.replace(UNSHOWABLE, escapeCharacter);
}

function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** Prints lines of text for a human. */
export function printLines(output: TextOutput, ...lines: string[]): void {
  output.write(lines.map((line) => `${printable(line)}\n`).join(""));
}

/** Writes a value as one line of JSON to stdout. */
export function writeJsonLine({ stdout }: Pick<CommandIo, "stdout">, value: unknown): void {
  stdout.write(toJsonLine(value));
}

/** Puts a value into one line of JSON that a terminal can show: JSON itself escapes the older control characters only. */
export function toJsonLine(value: unknown): string {
  return `${printable(JSON.stringify(value))}\n`;
}
