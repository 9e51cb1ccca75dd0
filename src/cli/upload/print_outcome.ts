import { type CommandIo, writeJsonLine } from "../command_context.ts";
import { formatVideo } from "../format.ts";
import { explainFailure } from "../outcome.ts";
import { reportOutcome } from "./report_outcome.ts";
import type { UploadOutcome } from "./upload_outcome.ts";

/** Where and how {@linkcode printOutcome} prints. */
export interface PrintOutcomeOptions {
  /** The process. */
  io: CommandIo;
  /** Whether it went to an emulator, whose URLs lead nowhere once the command is over. */
  emulator?: boolean;
  /** Whether to print JSON. */
  json?: boolean;
}

/**
 * Prints what became of a file: results on stdout; failures, for a human, on stderr.
 *
 * @param outcome What became of it.
 * @param options Where and how.
 */
export function printOutcome(outcome: UploadOutcome, options: PrintOutcomeOptions): void {
  const { io, emulator, json } = options;
  if (json) return writeJsonLine(io, reportOutcome(outcome));
  if (outcome.kind === "unstarted") return; // The summary counts them; there may be thousands.
  if (outcome.kind !== "uploaded") {
    io.stderr.write(`${outcome.file}: ${explainFailure(outcome.kind, outcome.error)}\n`);
    return;
  }
  const { passedOver } = outcome;
  const { size, md5, parts, uploadCost, videoUploadId, videoInfo } = outcome.result;
  const lines = [
    `${outcome.file}: SUCCEEDED`,
    `  video_upload_id: ${videoUploadId}`,
    `  size: ${size} bytes in ${parts.length} part${parts.length === 1 ? "" : "s"}, sent in ${uploadCost} ms`,
    ...(passedOver > 0 ? [`  resumed: ${passedOver} bytes had been sent by an earlier run`] : []),
    `  md5: ${md5}`,
    ...formatVideo(videoInfo, { hideUrls: emulator }),
  ];
  io.stdout.write(`${lines.join("\n")}\n`);
}
