/**
 * Measures how long the verdict on each hostile file takes, all of which have a mebibyte at most:
 * `node test/corpus/time_hostile.ts --limit 50` fails when the median of one is above 50 ms.
 */
import { parseArgs } from "node:util";
import { checkImageFile, checkVideoFile } from "../../src/preflight/mod.ts";
import { type HostileFile, hostilePictures, hostileVideos } from "./hostile.ts";

const RUNS = 9;

const { values } = parseArgs({ options: { limit: { type: "string", default: "Infinity" } } });
const medians = [
  ...await measure(hostileVideos, (blob) => checkVideoFile(blob, "media")),
  ...await measure(hostilePictures, (blob) => checkImageFile(blob)),
].sort((a, b) => b.ms - a.ms);
for (const { name, ms } of medians) console.log(`${ms.toFixed(1).padStart(6)} ms  ${name}`);
const slow = medians.filter(({ ms }) => ms > Number(values.limit));
console.log(`time: ${medians.length} hostile files, ${slow.length} above ${values.limit} ms`);
if (slow.length > 0) process.exitCode = 1;

async function measure(files: readonly HostileFile[], judge: (blob: Blob) => Promise<unknown>) {
  const found: { name: string; ms: number }[] = [];
  for (const { name, bytes } of files) {
    const times: number[] = [];
    for (let run = 0; run < RUNS; run++) {
      const start = performance.now();
      await judge(new Blob([bytes]));
      times.push(performance.now() - start);
    }
    found.push({ name, ms: times.sort((a, b) => a - b)[RUNS >> 1]! });
  }
  return found;
}
