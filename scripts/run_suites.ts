/**
 * Runs the test suites one after the other and ends with the line `N passed, N failed` over all of them.
 * Without arguments all suites; else those named: `node scripts/run_suites.ts node deno`.
 *
 * The counts come from the reports that the test runners write. A suite that fails without a failing test (it crashed,
 * or a file did not load), that leaves no report or that has not a single test counts as one failure.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { delimiter, join } from "node:path";
import { repositoryRoot } from "./repository.ts";

interface Counts {
  readonly passed: number;
  readonly failed: number;
}

interface Suite {
  readonly command: (report: string) => readonly string[];
  readonly count: (report: string) => Counts;
}

const binaries = join(repositoryRoot, "node_modules", ".bin");
const reports = join(repositoryRoot, ".tmp", "reports");

const suites: Readonly<Record<string, Suite>> = {
  node: { command: (report) => vitest(["vitest"], report), count: countVitest },
  deno: { command: (report) => vitest(["deno", "run", "-A", "npm:vitest"], report), count: countVitest },
  bun: { command: (report) => vitest(["bunx", "--bun", "vitest"], report), count: countVitest },
  chromium: { command: (report) => vitestElsewhere("chromium", report), count: countVitest },
  workerd: { command: (report) => vitestElsewhere("workerd", report), count: countVitest },
  examples: { command: (report) => ["npm", "run", "test:examples", "--", `--junit-path=${report}`], count: countJunit },
};

const chosen = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(suites);
const unknown = chosen.find((name) => !(name in suites));
if (unknown !== undefined) throw new Error(`Unknown suite ${unknown}; there are ${Object.keys(suites).join(", ")}`);

const results = chosen.map((name) => runSuite(name, suites[name]!));
const passed = results.reduce((sum, result) => sum + result.passed, 0);
const failed = results.reduce((sum, result) => sum + result.failed, 0);
console.log(`${passed} passed, ${failed} failed`);
if (failed > 0) process.exitCode = 1;

function runSuite(name: string, suite: Suite): Counts {
  const report = join(reports, name);
  mkdirSync(reports, { recursive: true });
  rmSync(report, { force: true });
  const [command, ...args] = suite.command(report);
  const { status } = spawnSync(command!, args, {
    cwd: repositoryRoot,
    env: { ...process.env, PATH: [binaries, process.env["PATH"]].join(delimiter) },
    stdio: ["ignore", "inherit", "inherit"],
  });

  const counts = existsSync(report) ? suite.count(report) : { passed: 0, failed: 0 };
  const isBroken = counts.failed === 0 && (status !== 0 || counts.passed === 0);
  const failed = isBroken ? 1 : counts.failed;
  console.log(`suite ${name}: ${counts.passed} passed, ${failed} failed${isBroken ? " (the suite itself)" : ""}`);
  return { passed: counts.passed, failed };
}

function vitest(runner: readonly string[], report: string): readonly string[] {
  return [...runner, "run", "--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
}

/** Vitest on Node, with the tests somewhere else. */
function vitestElsewhere(project: string, report: string): readonly string[] {
  return [...vitest(["vitest"], report), "--config=vitest.runtime.config.ts", `--project=${project}`];
}

function countVitest(report: string): Counts {
  const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, "utf8")) as {
    numPassedTests: number;
    numFailedTests: number;
  };
  return { passed: numPassedTests, failed: numFailedTests };
}

function countJunit(report: string): Counts {
  const head = /<testsuites[^>]* tests="(\d+)" failures="(\d+)" errors="(\d+)"/.exec(readFileSync(report, "utf8"));
  if (head === null) return { passed: 0, failed: 0 };
  const [tests, failures, errors] = head.slice(1).map(Number) as [number, number, number];
  return { passed: tests - failures - errors, failed: failures + errors };
}
