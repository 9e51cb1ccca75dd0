/**
 * `npm run simulate -- --seed 12345` runs the world of one seed, with `--trace` all that happens in it, and with
 * `--only u0,t1` no more than these of its uploads and troubles.
 *
 * `npm run simulate -- --from 0 --to 10000` runs many, on two processes (`--processes`); what breaks a promise is shrunk, and
 * printed as a line that runs it again. With `--twice` each is run twice, and has to come to the same. Ends non-zero when a
 * promise was broken; `--first` stops there.
 */

import { type ChildProcess, fork } from "node:child_process";
import { parseArgs } from "node:util";
import { runWorld } from "./run_world.ts";
import { commandFor, planPart, shrinkWorld } from "./shrink.ts";
import { warmUp } from "./warm_up.ts";

/** Worlds that a process runs before it is given more. */
const BATCH = 250;

interface Batch {
  from: number;
  to: number;
  twice: boolean;
}

/** What came of a batch. */
interface BatchReport {
  worlds: number;
  steps: number;
  /** Ms of virtual time. */
  time: number;
  outcomes: Record<string, number>;
  /** What broke a promise: how, and the line that runs it again. */
  broken: { seed: number; words: string; command: string }[];
}

const { values } = parseArgs({
  options: {
    seed: { type: "string" },
    only: { type: "string" },
    trace: { type: "boolean", default: false },
    from: { type: "string", default: "0" },
    to: { type: "string", default: "1000" },
    twice: { type: "boolean", default: false },
    first: { type: "boolean", default: false },
    processes: { type: "string", default: "2" },
  },
});

function wholeNumber(name: "seed" | "from" | "to" | "processes", least = 0): number {
  const number = Number(values[name]);
  if (Number.isSafeInteger(number) && number >= least) return number;
  throw new RangeError(`--${name} must be a whole number from ${least}, not ${values[name]}`);
}

await warmUp();
if (process.send !== undefined) process.on("message", (batch: Batch) => void work(batch).catch(giveUp));
else if (values.seed !== undefined) await runOne(wholeNumber("seed"));
else {
  const from = wholeNumber("from");
  await runMany(from, { to: wholeNumber("to", from + 1), processes: wholeNumber("processes", 1) });
}

/** A world that cannot be run ends its process: else the other one would wait for it for ever. */
function giveUp(error: unknown): void {
  console.error(error);
  process.exit(1);
}

async function runOne(seed: number): Promise<void> {
  const report = await runWorld(planPart(seed, values.only?.split(",")), { traces: values.trace });
  for (const line of report.trace) console.log(line);
  const { violations, outcomes, steps, time, hash } = report;
  console.log(
    `seed ${seed}: ${outcomes.join(", ") || "nothing ended"}; ${steps} steps, ${time.toFixed()} ms, hash ${hash}`,
  );
  for (const words of violations) console.log(`BROKEN  ${words}`);
  process.exitCode = violations.length === 0 ? 0 : 1;
}

/** Runs a batch, as the child of another process. */
async function work({ from, to, twice }: Batch): Promise<void> {
  const report: BatchReport = { worlds: 0, steps: 0, time: 0, outcomes: {}, broken: [] };
  for (let seed = from; seed < to; seed++) {
    const { violations, outcomes, steps, time, hash } = await runWorld(planPart(seed));
    report.worlds++;
    report.steps += steps;
    report.time += time;
    for (const outcome of outcomes) report.outcomes[outcome] = (report.outcomes[outcome] ?? 0) + 1;
    if (violations.length > 0) {
      const shrunk = await shrinkWorld(seed);
      report.broken.push({ seed, words: shrunk.report.violations[0] ?? violations[0]!, command: commandFor(shrunk) });
    } else if (twice && (await runWorld(planPart(seed))).hash !== hash) {
      report.broken.push({ seed, words: "the same seed came to something else", command: `--seed ${seed}` });
    }
  }
  process.send!(report);
}

async function runMany(from: number, { to, processes }: { to: number; processes: number }): Promise<void> {
  const startedAt = performance.now();
  const all: BatchReport = { worlds: 0, steps: 0, time: 0, outcomes: {}, broken: [] };
  let next = from;

  const give = (child: ChildProcess) => {
    const isOver = next >= to || (values.first && all.broken.length > 0);
    if (isOver) return child.kill();
    const batch: Batch = { from: next, to: Math.min(to, next + BATCH), twice: values.twice };
    next = batch.to;
    child.send(batch);
  };
  const take = ({ worlds, steps, time, outcomes, broken }: BatchReport) => {
    all.worlds += worlds;
    all.steps += steps;
    all.time += time;
    for (const [outcome, count] of Object.entries(outcomes)) {
      all.outcomes[outcome] = (all.outcomes[outcome] ?? 0) + count;
    }
    all.broken.push(...broken);
    for (const { words, command } of broken) console.log(`BROKEN  ${words}\n        ${command}`);
  };
  const lives = Array.from({ length: processes }, () => {
    const child = fork(import.meta.filename);
    child.on("message", (report: BatchReport) => {
      take(report);
      give(child);
    });
    give(child);
    return new Promise<{ code: number | null }>((resolve) => child.on("exit", (code) => resolve({ code })));
  });
  const failed = (await Promise.all(lives)).filter(({ code }) => code !== null && code !== 0).length;

  const seconds = (performance.now() - startedAt) / 1000;
  for (const [outcome, count] of Object.entries(all.outcomes).sort(([, a], [, b]) => b - a)) {
    console.log(`  ${count} ${outcome}`);
  }
  console.log(
    `${all.worlds} worlds (${from} to ${to}) in ${seconds.toFixed(1)} s, ${
      (all.worlds / seconds).toFixed(1)
    } a second; ` +
      `${all.steps} steps, ${
        (all.time / 3_600_000).toFixed(1)
      } h of virtual time; ${all.broken.length} broke a promise`,
  );
  if (failed > 0) console.log(`${failed} processes have failed`);
  process.exitCode = all.broken.length + failed === 0 && all.worlds > 0 ? 0 : 1;
}
