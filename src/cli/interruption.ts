import { ShopeeMediaError } from "../../mod.ts";
import { runtime } from "../runtime.ts";
import type { CommandIo } from "./command_context.ts";
import { EXIT } from "./outcome.ts";

/** `npm` and `npx` pass a Ctrl-C on to a command that has it from the terminal already: both come within so many ms. */
const ECHO_MS = 250;

/** Listens for the user's wish to stop. */
export interface Interruption {
  /** Aborted on the first Ctrl-C; a second one ends the process at once. */
  signal: AbortSignal;
  /** Stops listening. */
  stop(): void;
}

/** Turns SIGINT, SIGTERM and a reader that went away (`shopee-media … | head -1`) into an abort signal. */
export function listenForInterruption(io: CommandIo): Interruption {
  const controller = new AbortController();
  let firstAt = 0;

  const interrupt = (): void => {
    if (!controller.signal.aborted) {
      firstAt = runtime.elapsed();
      controller.abort(new ShopeeMediaError("Interrupted"));
      return;
    }
    if (runtime.elapsed() - firstAt > ECHO_MS) io.exit(EXIT.interrupted);
  };
  const readerGone = (): void => controller.abort(new ShopeeMediaError("Interrupted: nobody reads the output"));

  io.on("SIGINT", interrupt);
  io.on("SIGTERM", interrupt);
  // These two stay: the error of the very last write arrives after the command is over.
  io.stdout.on("error", readerGone);
  io.stderr.on("error", readerGone);

  const stop = (): void => {
    io.off("SIGINT", interrupt);
    io.off("SIGTERM", interrupt);
  };
  return { signal: controller.signal, stop };
}
