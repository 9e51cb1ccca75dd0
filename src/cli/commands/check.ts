import type { Command } from "commander";
import { isInvalidInputError } from "../../../mod.ts";
import {
  type BrokenRule,
  checkImageFile,
  checkVideoFile,
  type ImageFileInfo,
  type ReadableFile,
  sniffImageFormat,
  type VideoFileInfo,
  type VideoModule,
} from "../../preflight/mod.ts";
import { type CommandContext, EXIT, printLines, writeJsonLine } from "../command_context.ts";
import { formatBytes } from "../format.ts";
import { openFile } from "../open_file.ts";
import { moduleOption } from "../options.ts";

/** What the command was called with. */
interface CheckOptions {
  context: CommandContext;
  /** Whose rules. */
  module: VideoModule;
  json?: boolean;
}

/** Adds `check FILE…` to the program. */
export function addCheckCommand(program: Command, context: CommandContext): void {
  program.command("check")
    .description("Tell what Shopee would refuse, without sending anything. Needs no credentials.")
    .argument("<file...>", "videos and pictures, told apart by their content")
    .addOption(moduleOption("whose rules for videos: media_space for product videos, media for Shopee Video"))
    .option("--json", "print one JSON object for each file on stdout, everything else on stderr")
    .action(async (files: string[], options: Omit<CheckOptions, "context">) => {
      context.exitCode = await checkFiles(files, { ...options, context });
    });
}

/** Holds files against Shopee's rules and prints what was found. Returns the exit code. */
async function checkFiles(files: string[], options: CheckOptions): Promise<number> {
  const { context: { io }, json } = options;
  const checked: CheckedFile[] = [];
  for (const file of files) {
    const found = await checkOneFile(file, options);
    checked.push(found);
    if (json) writeJsonLine(io, toReport(found));
  }
  if (!json) printLines(io.stdout, ...toTable(checked));
  return checked.every(({ broken }) => broken.length === 0) ? EXIT.done : EXIT.refused;
}

/** What the check of a file has found. `info` is null for one that cannot be read, `kind` for one that cannot be opened. */
type CheckedFile =
  & { file: string; broken: BrokenRule[]; warnings: BrokenRule[] }
  & (
    | { kind: "video"; info: VideoFileInfo | null }
    | { kind: "image"; info: ImageFileInfo | null }
    | { kind: null; info: null }
  );

/**
 * A picture is held against the rules for pictures, any other file against those for videos. One that cannot be opened
 * breaks the rule `readable`.
 */
async function checkOneFile(file: string, { context: { signal }, module }: CheckOptions): Promise<CheckedFile> {
  try {
    const source = await openFile(file);
    if (await isImage(source)) return { file, kind: "image", ...await checkImageFile(source, { signal }) };
    return { file, kind: "video", ...await checkVideoFile(source, module, { signal }) };
  } catch (error) {
    if (!isInvalidInputError(error)) throw error;
    const { message } = error;
    return {
      file,
      kind: null,
      info: null,
      broken: [{ rule: "readable", value: null, limit: 1, reason: message, message }],
      warnings: [],
    };
  }
}

/** As many bytes as tell an image. */
const HEAD_SIZE = 12;

async function isImage(source: ReadableFile): Promise<boolean> {
  const head = await source.slice(0, HEAD_SIZE).arrayBuffer();
  return sniffImageFormat(new Uint8Array(head)) !== undefined;
}

function toReport({ file, kind, info, broken, warnings }: CheckedFile): Record<string, unknown> {
  return { file, passes: broken.length === 0, kind, info, broken, warnings };
}

/** File names come last, since nobody knows how wide a terminal draws them. */
const HEADINGS = ["VERDICT", "CONTAINER", "DURATION", "PIXELS", "CODECS", "SIZE", "FILE"];

/** For a human: a line for each file, and below it one for each rule that it breaks. */
function toTable(files: CheckedFile[]): string[] {
  const [headings, ...lines] = alignColumns([HEADINGS, ...files.map(toRow)]);
  return [
    headings!,
    ...lines.flatMap((line, index) => {
      const { broken, warnings } = files[index]!;
      return [
        line,
        ...broken.map(({ reason }) => `  ${reason}`),
        ...warnings.map(({ reason }) => `  warning: ${reason}`),
      ];
    }),
  ];
}

function toRow(checked: CheckedFile): string[] {
  const verdict = checked.broken.length === 0 ? "good" : "refused";
  return [verdict, ...toCells(checked), checked.file];
}

function toCells({ kind, info }: CheckedFile): string[] {
  if (info === null) return ["-", "-", "-", "-", "-"];
  const size = formatBytes(info.size);
  const pixels = info.width === null ? "-" : `${info.width}x${info.height}`;
  if (kind === "image") return [info.format, "-", pixels, "-", size];
  const duration = info.duration === null ? "-" : `${info.duration} s`;
  const codecs = [info.videoCodec, info.audioCodec].filter((codec) => codec !== null).join("+") || "-";
  return [info.container, duration, pixels, codecs, size];
}

function alignColumns(rows: string[][]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column]!)).join("  ").trimEnd());
}
