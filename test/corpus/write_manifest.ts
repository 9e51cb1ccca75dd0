/**
 * Asks the independent tools, `ffprobe` for videos and `sharp` for pictures, about every file of the corpus.
 *
 * `node test/corpus/write_manifest.ts` writes down what they and we say; with `--check` it only tells where the manifest
 * is not true any more, or where a difference has no reason. `npm run setup` brings `sharp`; `ffprobe` is the system's.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import sharp from "sharp";
import { pictures } from "./pictures.ts";
import { agreeOnPicture, agreeOnVideo, type Entry, judgePicture, judgeVideo, type Manifest } from "./verdicts.ts";
import type { TheirVerdict } from "./verdicts.ts";
import { videos } from "./videos.ts";

interface ProbedStream {
  index: number;
  codec_name: string;
  width: number;
  height: number;
  duration?: string;
  disposition: { default: number; attached_pic: number };
  side_data_list?: { rotation?: number }[];
}

interface ProbedPacket {
  stream_index: number;
  pts_time?: string;
  duration_time?: string;
  flags: string;
}

const { values: { check } } = parseArgs({ options: { check: { type: "boolean" } } });
const path = new URL("manifest.json", import.meta.url);
const folder = mkdtempSync(join(tmpdir(), "corpus-"));
const before = JSON.parse(check ? readFileSync(path, "utf8") : '{"videos":{},"pictures":{}}') as Manifest;
const manifest: Manifest = {
  tools: { ffprobe: probe(["-version"]).stdout.split(" ")[2]!, sharp: sharp.versions["sharp"]! },
  videos: {},
  pictures: {},
};
const faults: string[] = [];

for (const file of videos) {
  const ours = await judgeVideo(file);
  const theirs = askFfprobe(file.bytes);
  note("videos", file.name, { ours, theirs, reason: file.reason }, agreeOnVideo(ours, theirs));
}
for (const file of pictures) {
  const ours = await judgePicture(file);
  const theirs = await askSharp(file.bytes);
  note("pictures", file.name, { ours, theirs, reason: file.reason }, agreeOnPicture(ours, theirs));
}
rmSync(folder, { recursive: true });

if (!check) writeFileSync(path, `${JSON.stringify(manifest, undefined, 2)}\n`);
for (const fault of faults) console.error(fault);
console.log(
  `corpus: ${videos.length} videos by ffprobe ${manifest.tools.ffprobe}, ${pictures.length} pictures by sharp ${manifest.tools.sharp}, ${faults.length} faults`,
);
if (faults.length > 0) process.exitCode = 1;

function note(kind: "videos" | "pictures", name: string, entry: Entry, agree: boolean): void {
  manifest[kind][name] = entry;
  const told = `ours ${JSON.stringify(entry.ours)}, theirs ${JSON.stringify(entry.theirs)}`;
  if (!agree && entry.reason === undefined) faults.push(`${name}: the verdicts differ without a reason: ${told}`);
  if (agree && entry.reason !== undefined) {
    faults.push(`${name}: the verdicts agree, and there is a reason why not: ${told}`);
  }
  // Another version of a tool may put what it says in other words.
  const known = before[kind][name];
  if (check && (known === undefined || (known.theirs.error === undefined) !== (entry.theirs.error === undefined))) {
    faults.push(`${name}: the manifest says ${JSON.stringify(known?.theirs)}: ${told}`);
  }
}

function probe(args: string[]): { stdout: string; stderr: string } {
  const { error, stdout, stderr } = spawnSync("ffprobe", args, { encoding: "utf8", maxBuffer: 2 ** 26 });
  if (error !== undefined) throw error;
  return { stdout, stderr };
}

function askFfprobe(bytes: Uint8Array): TheirVerdict {
  const file = join(folder, "film.mp4");
  writeFileSync(file, bytes);
  const entries = [
    "stream=index,codec_name,width,height,duration",
    "stream_side_data=rotation",
    "stream_disposition=attached_pic,default",
    "packet=stream_index,pts_time,duration_time,flags",
  ];
  const { stdout, stderr } = probe([
    ...["-v", "error", "-select_streams", "v", "-show_entries", entries.join(":"), "-of", "json", file],
  ]);
  const { streams = [], packets = [] } = JSON.parse(stdout || "{}") as {
    streams?: ProbedStream[];
    packets?: ProbedPacket[];
  };
  // Those that are not shown are decoded only for the sake of others.
  const shown = packets.filter(({ flags, pts_time }) => !flags.includes("D") && pts_time !== undefined);
  const found = streams.filter(({ disposition }) => disposition.attached_pic === 0)
    .map((stream) => measure(stream, shown.filter(({ stream_index }) => stream_index === stream.index)))
    .sort((a, b) => b.rank - a.rank)[0];
  const error = stderr.replaceAll(/ @ 0x\w+|\/\S+\//g, "").trim().split("\n")[0];
  return { ...error ? { error } : {}, ...found?.verdict };
}

function measure(stream: ProbedStream, packets: ProbedPacket[]): { rank: number; verdict: TheirVerdict } {
  const starts = packets.map(({ pts_time }) => Number(pts_time));
  const ends = packets.map(({ pts_time, duration_time }) => Number(pts_time) + Number(duration_time ?? 0));
  const rotation = stream.side_data_list?.find((data) => data.rotation !== undefined)?.rotation ?? 0;
  const isTurned = rotation % 180 !== 0;
  const verdict = {
    width: isTurned ? stream.height : stream.width,
    height: isTurned ? stream.width : stream.height,
    ...stream.duration === undefined ? {} : { duration: Number(stream.duration) },
    ...packets.length === 0 ? {} : { span: round(Math.max(...ends) - Math.min(...starts)) },
    frames: packets.length,
    codec: stream.codec_name,
  };
  return { rank: stream.disposition.default * 2 ** 32 + packets.length, verdict };
}

function round(seconds: number): number {
  return Math.round(seconds * 1e6) / 1e6;
}

async function askSharp(bytes: Uint8Array): Promise<TheirVerdict> {
  try {
    const { info } = await sharp(bytes, { failOn: "error" }).raw().toBuffer({ resolveWithObject: true });
    return { width: info.width, height: info.height };
  } catch (error) {
    return { error: (error as Error).message.split("\n")[0]! };
  }
}
