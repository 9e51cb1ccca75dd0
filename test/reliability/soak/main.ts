/**
 * `npm run soak [-- --seed N --uploads M --dialect reference]`: uploads files of all sizes to both modules, eight at a time, while one call in
 * ten goes wrong. Ends non-zero when an upload was corrupted, hung or left a session behind, or when memory grew.
 */

import { parseArgs } from "node:util";
import type { Dialect } from "../matrix/cells.ts";
import { growthOf, judgeSoak, runSoak } from "./run_soak.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    uploads: { type: "string", default: "300" },
    dialect: { type: "string", default: "samples" },
  },
});
const dialect = values.dialect as Dialect;
const [seed, uploads] = [Number(values.seed), Number(values.uploads)];
if (!Number.isSafeInteger(seed) || !Number.isSafeInteger(uploads) || uploads < 1) {
  throw new RangeError("The seed and the number of uploads must be whole numbers, the latter from 1");
}

const unhandled: unknown[] = [];
process.on("unhandledRejection", (reason) => unhandled.push(reason));
const startedAt = performance.now();
const report = await runSoak({ seed, uploads, dialect });
const seconds = (performance.now() - startedAt) / 1000;

console.log(`seed ${seed}: ${uploads} uploads, ${(report.bytes / 2 ** 20).toFixed()} MiB in ${seconds.toFixed(1)} s`);
for (const [outcome, count] of Object.entries(report.outcomes)) console.log(`  ${count} ${outcome}`);
console.log(`${report.requests} calls, of which ${report.faults} went wrong`);
console.log(`${report.corrupted} corrupted, ${report.hung} hung, ${report.leaked} sessions leaked`);
console.log(`${report.undecided} ended while Shopee may have completed them: nobody cancels those`);
console.log(`${report.unanswered} sessions more whose id was lost with the answer to init: no client can cancel those`);
for (const kind of ["heap", "rss"] as const) {
  const { first, last } = growthOf(report.memory.map((sample) => sample[kind]));
  console.log(`${kind}: at least ${first.toFixed()} MiB in the first third, ${last.toFixed()} MiB in the last`);
}
const broken = judgeSoak(report, uploads);
for (const words of broken) console.log(`BROKEN  ${words}`);
if (unhandled.length > 0) console.log(`${unhandled.length} unhandled rejections, the first one:`, unhandled[0]);
process.exitCode = broken.length + unhandled.length === 0 ? 0 : 1;
