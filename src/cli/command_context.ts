import type { CommandIo } from "./command_io.ts";

/** What every subcommand works with. */
export interface CommandContext {
  /** The process around it. */
  io: CommandIo;
  /** Aborted when the user interrupts. */
  signal: AbortSignal;
  /** What the process will answer, set by the subcommand. See {@linkcode EXIT}. */
  exitCode: number;
}
