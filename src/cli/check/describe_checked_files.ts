import { formatBytes } from "../format.ts";
import { formatTable } from "../format_table.ts";
import type { CheckedFile } from "./check_one_file.ts";

const HEADINGS = ["VERDICT", "CONTAINER", "DURATION", "PIXELS", "CODECS", "SIZE", "FILE"];

/**
 * The table that `check` prints for a human: a line for each file, and below it one for each rule that it breaks.
 *
 * @param files What was found.
 * @returns The lines.
 */
export function describeCheckedFiles(files: CheckedFile[]): string[] {
  const [headings, ...lines] = formatTable([HEADINGS, ...files.map(toRow)]);
  return [
    headings!,
    ...lines.flatMap((line, index) => [line, ...files[index]!.broken.map(({ reason }) => `  ${reason}`)]),
  ];
}

function toRow(checked: CheckedFile): string[] {
  const verdict = checked.broken.length === 0 ? "good" : "refused";
  return [verdict, ...toCells(checked), checked.file];
}

/** File names come last, since nobody knows how wide a terminal draws them. */
function toCells({ kind, info }: CheckedFile): string[] {
  if (info === null) return ["-", "-", "-", "-", "-"];
  const size = formatBytes(info.size);
  const pixels = info.width === null ? "-" : `${info.width}x${info.height}`;
  if (kind === "image") return [info.format, "-", pixels, "-", size];
  const duration = info.duration === null ? "-" : `${info.duration} s`;
  const codecs = [info.videoCodec, info.audioCodec].filter((codec) => codec !== null).join("+") || "-";
  return [info.container, duration, pixels, codecs, size];
}
