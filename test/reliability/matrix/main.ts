/**
 * `npm run faults [-- [--every N] [PATTERN]]`: the fault matrix. Every fault that the emulator knows, at every call of an upload, in
 * both modules; prints what each run came to and ends non-zero when one of them broke a promise.
 *
 * With a pattern only the faults whose name contains it are run, with `--every` only each Nth cell.
 */

import { parseArgs } from "node:util";
import { mapBounded } from "../../../src/async/map_bounded.ts";
import { allCells } from "./cells.ts";
import { printMatrix } from "./print_matrix.ts";
import { createMatrixFiles, runCell } from "./run_cell.ts";

const AT_ONCE = 24;

const unhandled: unknown[] = [];
process.on("unhandledRejection", (reason) => unhandled.push(reason));

const files = await createMatrixFiles();
const { values, positionals } = parseArgs({
  options: { every: { type: "string", default: "1" } },
  allowPositionals: true,
});
const every = Number(values.every);
if (!Number.isSafeInteger(every) || every < 1) {
  throw new Error(`--every must be a whole number from 1, not ${values.every}`);
}
const pattern = positionals[0] ?? "";
const cells = allCells()
  .filter(({ faultCase: { name } }) => name.includes(pattern))
  .filter((_, index) => index % every === 0);
const startedAt = performance.now();
const runs = await mapBounded(cells, AT_ONCE, (cell) => runCell(cell, files));

printMatrix(runs);
const bad = runs.filter(({ broken }) => broken.length > 0).length;
const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
if (unhandled.length > 0) console.log(`${unhandled.length} unhandled rejections, the first one:`, unhandled[0]);
console.log(`${runs.length} runs in ${seconds} s: ${runs.length - bad} kept every promise, ${bad} did not`);
// Not left to the event loop: after thousands of sockets that were reset, libuv can turn round and round with nothing to do
// (Node 24.21, in `uv_run`), and the process would never end.
process.exit(bad === 0 && unhandled.length === 0 && runs.length > 0 ? 0 : 1);
