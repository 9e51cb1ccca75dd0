import { ShopeeMediaError } from "../../mod.ts";
import { type CommandIo, EXIT, type InterruptSignal } from "./command_context.ts";

/** `npm` and `npx` pass a Ctrl-C on to a command that has it from the terminal already: both come within so many ms. */
const ECHO_MS = 250;

/** What a signal of the operating system ends the command with. */
const EXIT_CODES: Record<InterruptSignal, number> = {
  SIGINT: EXIT.interrupted,
  SIGTERM: EXIT.interrupted,
  SIGHUP: EXIT.hungUp,
  SIGQUIT: EXIT.quit,
};

/** Listens for the user's wish to stop. */
export interface Interruption {
  /** Aborted on the first signal; a second one ends the process at once. */
  signal: AbortSignal;
  /** What the process ends with once `signal` is aborted. */
  readonly exitCode: number;
  /** Stops listening. */
  stop(): void;
}

/**
 * Turns the signals by which a user stops a command, and a reader that went away (`shopee-media … | head -1`), into an
 * abort signal.
 */
export function listenForInterruption(io: CommandIo): Interruption {
  const controller = new AbortController();
  let exitCode: number = EXIT.interrupted;
  let firstAt = 0;

  const interrupt = (code: number): void => {
    if (!controller.signal.aborted) {
      exitCode = code;
      firstAt = performance.now();
      controller.abort(new ShopeeMediaError("Interrupted"));
      return;
    }
    if (performance.now() - firstAt > ECHO_MS) io.exit(code);
  };
  const readerGone = (): void => controller.abort(new ShopeeMediaError("Interrupted: nobody reads the output"));

  const listeners = Object.entries(EXIT_CODES).map(([name, code]) => ({
    name: name as InterruptSignal,
    listener: () => interrupt(code),
  }));
  for (const { name, listener } of listeners) io.on(name, listener);
  // These two stay: the error of the very last write arrives after the command is over.
  io.stdout.on("error", readerGone);
  io.stderr.on("error", readerGone);

  return {
    signal: controller.signal,
    get exitCode() {
      return exitCode;
    },
    stop() {
      for (const { name, listener } of listeners) io.off(name, listener);
    },
  };
}
