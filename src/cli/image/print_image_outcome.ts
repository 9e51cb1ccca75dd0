import { type CommandIo, writeJsonLine } from "../command_context.ts";
import { reportError } from "../explain_error.ts";
import { explainFailure } from "../outcome.ts";
import type { ImageOutcome } from "./image_outcome.ts";

/** Where and how {@linkcode printImageOutcome} prints. */
export interface PrintImageOutcomeOptions {
  /** The process. */
  io: CommandIo;
  /** Whether it went to an emulator, whose URLs lead nowhere once the command is over. */
  emulator?: boolean;
  /** Whether to print JSON. */
  json?: boolean;
}

/**
 * Prints what became of a picture: results on stdout; failures, for a human, on stderr.
 *
 * @param outcome What became of it.
 * @param options Where and how.
 */
export function printImageOutcome(outcome: ImageOutcome, { io, emulator, json }: PrintImageOutcomeOptions): void {
  const { file } = outcome;
  if (outcome.kind !== "uploaded") {
    const { kind, error } = outcome;
    if (json) return writeJsonLine(io, { file, imageId: null, urls: [], error: reportError(error) });
    io.stderr.write(`${file}: ${explainFailure(kind, error)}\n`);
    return;
  }
  const { imageId, urls } = outcome.image;
  if (json) return writeJsonLine(io, { file, imageId, urls });
  const links = emulator ? [] : urls.map(({ image_url }) => image_url);
  io.stdout.write(`${[`${file}: ${imageId}`, ...links].join(" ")}\n`);
}
