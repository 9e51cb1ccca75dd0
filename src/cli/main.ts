import { Command, CommanderError } from "commander";
import { isInvalidInputError } from "../../mod.ts";
import { type CommandContext, type CommandIo, EXIT, printLines, type TextOutput } from "./command_context.ts";
import { addAuthCommand } from "./commands/auth.ts";
import { addCallCommand } from "./commands/call.ts";
import { addCheckCommand } from "./commands/check.ts";
import { addCompletionCommand } from "./commands/completion.ts";
import { addConformCommand } from "./commands/conform.ts";
import { addEmulatorCommand } from "./commands/emulator.ts";
import { addImageCommand } from "./commands/image.ts";
import { addCancelCommand, addStatusCommand, addWaitCommand } from "./commands/session.ts";
import { addUploadCommand } from "./commands/upload.ts";
import { EXIT_HELP, explainError } from "./explain_error.ts";
import { listenForInterruption } from "./interruption.ts";
import { VERSION } from "./version.generated.ts";

const COMMANDS = [
  addAuthCommand,
  addUploadCommand,
  addWaitCommand,
  addStatusCommand,
  addCancelCommand,
  addImageCommand,
  addCallCommand,
  addCheckCommand,
  addConformCommand,
  addEmulatorCommand,
  addCompletionCommand,
];

/**
 * The command `shopee-media`.
 *
 * @param argv Arguments, without the program's own name.
 * @param io The process it runs in.
 * @returns The exit code.
 */
export async function main(argv: string[], io: CommandIo): Promise<number> {
  const interruption = listenForInterruption(io);
  const context: CommandContext = { io, signal: interruption.signal, exitCode: EXIT.done };
  try {
    await createProgram(context).parseAsync(argv, { from: "user" });
    return context.signal.aborted ? interruption.exitCode : context.exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.refused; // It has told why.
    if (context.signal.aborted) return interruption.exitCode;
    printLines(io.stderr, `shopee-media: ${explainError(error)}`);
    return isInvalidInputError(error) ? EXIT.refused : EXIT.failed;
  } finally {
    interruption.stop();
  }
}

function createProgram(context: CommandContext): Command {
  const { stdout, stderr } = context.io;
  const program = new Command("shopee-media")
    .description("Upload product videos and pictures to Shopee, and ask what became of them.")
    .version(VERSION)
    .configureOutput({ writeOut: (text) => printText(stdout, text), writeErr: (text) => printText(stderr, text) })
    .exitOverride()
    .showHelpAfterError("Run it with --help to see how it is used.")
    .addHelpText("afterAll", EXIT_HELP);
  for (const add of COMMANDS) add(program, context);
  return program;
}

/** What commander writes may hold an argument as it was given, so that a file's name can be among it. */
function printText(output: TextOutput, text: string): void {
  printLines(output, ...text.replace(/\n$/, "").split("\n"));
}
