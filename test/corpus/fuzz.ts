/**
 * Damages good files at random, and makes sure that each still gets a verdict at a bounded cost.
 *
 * `node test/corpus/fuzz.ts --files 20000 --seed 1`: the same seed makes the same files.
 */
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { checkImageFile, checkVideoFile } from "../../src/preflight/mod.ts";
import { readMp4 } from "../../src/preflight/inspect_video.ts";
import { pictures } from "./pictures.ts";
import { videos } from "./videos.ts";

const EXTREMES = [0, 1, 7, 8, 0x7fff, 0xffff, 1_000_000, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff];
const MEBIBYTE = 2 ** 20;

/** What a run has found. */
export interface FuzzReport {
  files: number;
  /** Files that were good, and those that were refused. */
  good: number;
  refused: number;
  /** What must not be: each with the seed that makes its file again. */
  faults: string[];
  /** The most of what one file has cost. */
  most: { boxes: number; bytesRead: number; bytesAllocated: number };
}

/** Judges `files` damaged files. */
export async function fuzz({ files, seed }: { files: number; seed: number }): Promise<FuzzReport> {
  const report: FuzzReport = {
    ...{ files, good: 0, refused: 0, faults: [] },
    most: { boxes: 0, bytesRead: 0, bytesAllocated: 0 },
  };
  for (let index = 0; index < files; index++) {
    const random = createRandom(seed + index);
    const isVideo = random(3) > 0;
    const sources = isVideo ? videos : pictures;
    const source = sources[random(sources.length)]!;
    const bytes = damage(source.bytes, random);
    try {
      const isGood = isVideo ? await checkVideo(bytes, report) : await checkPicture(bytes);
      report[isGood ? "good" : "refused"] += 1;
    } catch (error) {
      report.faults.push(
        `${source.name}, --files 1 --seed ${seed + index}: ${error instanceof Error ? error.stack : error}`,
      );
    }
  }
  return report;
}

async function checkVideo(bytes: Uint8Array<ArrayBuffer>, { most }: FuzzReport): Promise<boolean> {
  const { info, broken } = await checkVideoFile(new Blob([bytes]), "media");
  if (info !== null) {
    const { duration, width, height } = info;
    demand(duration === null || (duration >= 0 && Number.isFinite(duration)), `a duration of ${duration}`);
    for (const side of [width, height]) {
      demand(side === null || (Number.isInteger(side) && side > 0), `a side of ${side}`);
    }
  }
  demand(info !== null || broken.length > 0, "neither facts nor a broken rule");

  const work = { boxes: 0, bytesRead: 0, bytesAllocated: 0 };
  await readMp4(new Blob([bytes]), { work }).catch((error) => demand(error.name === "InvalidInputError", error.stack));
  for (const key of ["boxes", "bytesRead", "bytesAllocated"] as const) most[key] = Math.max(most[key], work[key]);
  demand(work.boxes <= bytes.byteLength / 8 + 1, `${work.boxes} boxes in ${bytes.byteLength} bytes`);
  demand(work.bytesRead <= 2 * bytes.byteLength + 4096, `${work.bytesRead} bytes read of ${bytes.byteLength}`);
  demand(work.bytesAllocated <= 16 * MEBIBYTE, `${work.bytesAllocated} bytes of memory`);
  return broken.length === 0;
}

async function checkPicture(bytes: Uint8Array<ArrayBuffer>): Promise<boolean> {
  const { info, broken } = await checkImageFile(new Blob([bytes]));
  demand(info !== null || broken.length > 0, "neither facts nor a broken rule");
  if (broken.length === 0) demand(info!.width! > 0 && info!.height! > 0, `${info!.width} x ${info!.height} pixels`);
  return broken.length === 0;
}

function demand(isTrue: boolean, what: string): void {
  if (!isTrue) throw new Error(what);
}

function damage(source: Uint8Array, random: (below: number) => number): Uint8Array<ArrayBuffer> {
  let bytes = source.slice();
  for (let changes = 1 + random(6); changes > 0; changes--) {
    const at = random(bytes.byteLength + 1);
    const other = random(bytes.byteLength + 1);
    const [from, to] = [Math.min(at, other), Math.max(at, other)];
    const kind = random(7);
    if (kind <= 1) bytes[at] = random(256);
    if (kind === 2) bytes[at]! ^= 1 << random(8);
    // A field at its extremes: on a multiple of two, as most are.
    if (kind === 3 || kind === 4) setField(bytes, at & ~1, EXTREMES[random(EXTREMES.length)]!);
    if (kind === 5 && random(4) === 0) bytes = bytes.slice(0, at);
    // A piece is left out, or stands there twice.
    if (kind === 6 && random(4) === 0) {
      bytes = new Uint8Array([...bytes.subarray(0, random(2) === 0 ? from : to), ...bytes.subarray(from)]);
    }
  }
  return bytes;
}

function setField(bytes: Uint8Array<ArrayBuffer>, at: number, value: number): void {
  if (at + 4 <= bytes.byteLength) new DataView(bytes.buffer).setUint32(at, value);
}

/** A number from 0 to below another, by a seed (mulberry32). */
function createRandom(seed: number): (below: number) => number {
  let state = Math.imul(seed, 0x9e37_79b1);
  return (below) => {
    state = state + 0x6d2b_79f5 | 0;
    let mixed = Math.imul(state ^ state >>> 15, 1 | state);
    mixed = mixed + Math.imul(mixed ^ mixed >>> 7, 61 | mixed) ^ mixed;
    return Math.floor(((mixed ^ mixed >>> 14) >>> 0) / 2 ** 32 * below);
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const { values } = parseArgs({
    options: { files: { type: "string", default: "20000" }, seed: { type: "string", default: "1" } },
  });
  const { faults, ...report } = await fuzz({ files: Number(values.files), seed: Number(values.seed) });
  for (const fault of faults) console.error(fault);
  console.log(`fuzz: ${JSON.stringify(report)}, ${faults.length} faults`);
  if (faults.length > 0) process.exitCode = 1;
}
