/**
 * `npm run house`: measures how easy the code is to change, and prints each figure beside what it must keep to. Sizes are
 * counted from the source; the rest is traced from real uploads to the emulator.
 */
import { countFiles, countSource } from "./house/count_source.ts";
import { targets } from "./house/targets.ts";
import { traceUploads } from "./house/trace_uploads.ts";
import { fileArrows, findCircles, listImports, longestChain } from "./import_graph.ts";

interface Measure {
  readonly what: string;
  readonly value: number;
  /** At most this, or at least. */
  readonly most?: number;
  readonly least?: number;
  /** What makes up the value, and how it was counted. */
  readonly how: string;
  readonly list?: readonly string[];
}

const files = countFiles();
const { upload, transport, loop, retryJudges } = countSource();
const imports = listImports();
const circles = findCircles(fileArrows(imports));
const arrows = fileArrows(imports, "at run time");
const fromFace = longestChain(arrows, ["mod.ts"]);
const inHouse = longestChain(arrows, arrows.keys());
const trace = await traceUploads(upload.file);

const measures: readonly Measure[] = [
  { what: "files in src", value: files.files, most: targets.files, how: "without generated ones" },
  { what: "median lines of a file", value: files.medianLines, least: targets.medianLines, how: "all lines" },
  {
    what: `files under ${targets.smallFileLines} lines`,
    value: files.small.length,
    most: targets.smallFiles,
    how: "all lines",
    list: files.small,
  },
  {
    what: "the upload's main function: lines",
    value: upload.lines,
    most: targets.uploadLines,
    how: `createVideoUpload in ${upload.file}`,
  },
  {
    what: "… its lets",
    value: upload.lets,
    most: targets.uploadLets,
    how: "its own, not those of functions within it",
  },
  {
    what: "the transport's factory: lines",
    value: transport.lines,
    most: targets.transportLines,
    how: `createTransport in ${transport.file}`,
  },
  {
    what: "… its loop: lines",
    value: loop.functionLines,
    most: targets.loopLines,
    how: `of the function around the longest loop in that file; the loop alone has ${loop.lines}`,
  },
  {
    what: "entries into the upload's main file for each part",
    value: trace.entriesPerPart.reduce((sum, [, calls]) => sum + calls, 0),
    most: targets.entriesPerPart,
    how:
      "function calls there by V8's precise coverage, of 10 parts less those of 2, for each of the 8; parts of 4 MiB",
    list: trace.entriesPerPart.map(([name, calls]) => `${calls} ${name}`),
  },
  {
    what: "controllers that an abort passes",
    value: trace.controllers.length,
    most: targets.abortControllers,
    how: "signals that fire with the user's reason, made by the user or in src, or heard in src; one part is under way",
    list: trace.controllers,
  },
  {
    what: "times that a part's error is dealt with",
    value: trace.errorHandlers.length,
    most: targets.errorHandlers,
    how:
      "catch clauses and handlers in upload/ and stream/ that get the error of a part that is refused, in a pipe, one " +
      "part at a time; not those that are empty, or that only look at it and throw it on",
    list: trace.errorHandlers,
  },
  {
    what: "longest import chain from mod.ts",
    value: fromFace.length,
    most: targets.chainFromFace,
    how: "files; imports that are left at run time",
    list: [fromFace.join(" → ")],
  },
  {
    what: "longest import chain in the house",
    value: inHouse.length,
    most: targets.chain,
    how: "the same",
    list: [inHouse.join(" → ")],
  },
  {
    what: "circles of imports",
    value: circles.length,
    most: targets.circles,
    how: "types included",
    list: circles.map(({ members, way }) => `${members.length} files: ${way.join(" → ")}`),
  },
  {
    what: "places that decide whether to retry",
    value: retryJudges.length,
    most: targets.retryJudges,
    how:
      "functions that make a verdict on retries out of an error's code, kind, status, message or class; those that " +
      "one of them calls count with it; without the emulator, which is the other side",
    list: retryJudges,
  },
];

print([["", "measure", "is", "must be"], ...measures.map(rowOf)]);
console.log("\nHow it was counted, and what makes it up:");
for (const { what, how, list = [] } of measures) {
  console.log(`\n${what}: ${how}`);
  for (const one of list) console.log(`  ${one}`);
}

function rowOf({ what, value, most, least }: Measure): string[] {
  const isMet = most === undefined ? value >= least! : value <= most;
  return [isMet ? " " : "✗", what, `${value}`, most === undefined ? `≥ ${least}` : `≤ ${most}`];
}

function print(rows: readonly (readonly string[])[]): void {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  for (const row of rows) console.log(row.map((text, column) => text.padEnd(widths[column]!)).join("  ").trimEnd());
}
