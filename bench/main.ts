/**
 * `npm run bench`: measures everything, prints it, and writes `bench/results.json`, `docs/plots` and the tables of
 * `docs/performance.md`. Takes about twenty minutes, on a machine that should have nothing else to do.
 *
 * `npm run bench -- --quick`: only what the processor does, as ratios, in less than a minute. Writes nothing, and fails
 * if any is worse than half of what it must be.
 *
 * @module
 */
import { mkdir, writeFile } from "node:fs/promises";
import process from "node:process";
import { parseArgs } from "node:util";
import type { BenchFindings, BenchPoint, PlotName } from "./bench.ts";
import { benchBodies } from "./bodies.ts";
import { benchDigests } from "./digest.ts";
import { drawPlot } from "./draw_plot.ts";
import { formatResults } from "./format_results.ts";
import { benchMemory } from "./memory.ts";
import { benchPeers } from "./peers.ts";
import { benchReading } from "./reading.ts";
import { benchRechunking } from "./rechunking.ts";
import { type BenchResult, reachesTarget } from "./result.ts";
import { benchSending } from "./sending.ts";
import { benchSlowLine } from "./slow_line.ts";
import { benchSlowNetwork } from "./slow_network.ts";
import { updateDocument } from "./update_document.ts";
import { benchUploads } from "./uploads.ts";

/** How much worse than its target a ratio has to be before CI notices. */
const GROSS = 2;

async function quick(): Promise<void> {
  const findings = [
    { results: await benchDigests({ quick: true }) },
    await benchRechunking({ quick: true }),
    await benchSending({ quick: true }),
  ];
  const ratios = findings.flatMap(({ results }) => results).filter(({ ratio }) => ratio !== undefined);
  console.log(formatResults(ratios));
  const regressions = ratios.filter((result) => !reachesTarget(result, GROSS));
  for (const { name, yardstick } of regressions) console.error(`Gross regression: ${name}, to ${yardstick}`);
  if (regressions.length > 0) process.exitCode = 1;
  else console.log(`No ratio is worse than its target by a factor of ${GROSS}`);
}

async function full(): Promise<void> {
  const benches: (() => Promise<BenchFindings>)[] = [
    async () => ({ results: await benchDigests() }),
    benchRechunking,
    benchReading,
    benchSending,
    benchBodies,
    benchUploads,
    benchSlowNetwork,
    benchSlowLine,
    benchMemory,
    benchPeers,
  ];
  const results: BenchResult[] = [];
  const plots: Partial<Record<PlotName, BenchPoint[]>> = {};
  for (const bench of benches) {
    const found = await bench();
    results.push(...found.results);
    Object.assign(plots, found.plots);
    console.log(`${formatResults(found.results)}\n`);
    // Each time: a run that is ended early has not been for nothing.
    await publish(results, plots);
  }
}

async function publish(results: BenchResult[], plots: Partial<Record<PlotName, BenchPoint[]>>): Promise<void> {
  await writeFile(new URL("results.json", import.meta.url), `${JSON.stringify({ results, plots }, null, 2)}\n`);
  const folder = new URL("../docs/plots/", import.meta.url);
  await mkdir(folder, { recursive: true });
  for (const [name, points] of Object.entries(plots)) {
    await writeFile(new URL(`${name}.svg`, folder), drawPlot(name as PlotName, points));
  }
  await updateDocument(new URL("../docs/performance.md", import.meta.url), results);
}

const USAGE = "Usage: npm run bench [-- --quick]";

let options: { quick: boolean; help: boolean };
try {
  ({ values: options } = parseArgs({
    options: { quick: { type: "boolean", default: false }, help: { type: "boolean", default: false } },
  }));
} catch (error) {
  // A mistyped option would be twenty minutes of something else, and other figures in the documents.
  console.error(`${(error as Error).message}\n${USAGE}`);
  process.exit(2);
}
if (options.help) console.log(USAGE);
else await (options.quick ? quick() : full());
