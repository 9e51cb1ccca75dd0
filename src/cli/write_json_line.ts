import type { CommandIo } from "./command_io.ts";

/**
 * Writes a value as one line of JSON to stdout.
 *
 * @param io The process.
 * @param value The value.
 */
export function writeJsonLine(io: Pick<CommandIo, "stdout">, value: unknown): void {
  io.stdout.write(`${JSON.stringify(value)}\n`);
}
