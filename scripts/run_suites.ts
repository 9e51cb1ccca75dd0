/**
 * Runs the test suites one after the other and ends with the line `N passed, N failed` over all of them.
 * Without arguments all suites; else those named: `node scripts/run_suites.ts node deno`. `--minutes` is the time of each.
 * What failed is named once more before that line.
 *
 * The counts come from the reports that the test runners write. A suite that fails without a failing test (it crashed,
 * or a file did not load), that leaves no report, that has not a single test or that does not end in its time counts as
 * one failure.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { delimiter, join, relative } from "node:path";
import { parseArgs } from "node:util";
import { repositoryRoot } from "./repository.ts";

interface Counts {
  readonly passed: number;
  /** The tests that failed: where they stand, and why. */
  readonly failures: readonly string[];
}

interface Suite {
  readonly command: (report: string) => readonly string[];
  readonly count: (report: string) => Counts;
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

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

const { values, positionals } = parseArgs({
  // Far more than a suite needs on a busy machine. One that hangs must not hold CI for ever.
  options: { minutes: { type: "string", default: "12" } },
  allowPositionals: true,
});
const minutes = Number(values.minutes);
const chosen = positionals.length > 0 ? positionals : Object.keys(suites);
const unknown = chosen.find((name) => !(name in suites));
if (unknown !== undefined) throw new Error(`Unknown suite ${unknown}; there are ${Object.keys(suites).join(", ")}`);

const results: Counts[] = [];
for (const name of chosen) results.push(await runSuite(name, suites[name]!));
const passed = results.reduce((sum, result) => sum + result.passed, 0);
const failures = results.flatMap((result) => result.failures);
for (const failure of failures) console.log(`FAILED ${failure}`);
console.log(`${passed} passed, ${failures.length} failed`);
if (failures.length > 0) process.exitCode = 1;

async function runSuite(name: string, suite: Suite): Promise<Counts> {
  const report = join(reports, name);
  mkdirSync(reports, { recursive: true });
  rmSync(report, { force: true });
  const begin = performance.now();
  const end = await run(suite.command(report));

  const counts = existsSync(report) ? suite.count(report) : { passed: 0, failures: [] };
  const isBroken = counts.failures.length === 0 && (end !== "0" || counts.passed === 0);
  const failures = (isBroken ? [`the suite itself: it ended with ${end}`] : counts.failures)
    .map((failure) => `${name}: ${failure}`);
  const seconds = Math.round((performance.now() - begin) / 1000);
  console.log(`suite ${name}: ${counts.passed} passed, ${failures.length} failed, in ${seconds} s`);
  return { passed: counts.passed, failures };
}

/** Runs a command to its end, or to the end of its time, and returns its exit code, or why it has none. */
async function run([command, ...args]: readonly string[]): Promise<string> {
  const child = spawn(command!, args, {
    cwd: repositoryRoot,
    env: { ...process.env, PATH: [binaries, process.env["PATH"]].join(delimiter) },
    stdio: ["ignore", "inherit", "inherit"],
    // A process group of its own, so that what it leaves behind ends with it: browsers, workers, servers.
    detached: true,
  });
  let ending: string | undefined;
  const stop = (reason: string) => {
    ending ??= reason;
    killGroup(child.pid);
  };
  const timer = setTimeout(stop, minutes * 60_000, `no end within ${minutes} minutes`);
  const onSignal = (signal: NodeJS.Signals) => stop(signal);
  for (const signal of SIGNALS) process.once(signal, onSignal);
  const [code, signal] = await once(child, "exit") as [number | null, string | null];
  for (const signal of SIGNALS) process.off(signal, onSignal);
  clearTimeout(timer);
  killGroup(child.pid);
  return ending ?? `${signal ?? code}`;
}

function killGroup(pid: number | undefined): void {
  try {
    process.kill(-pid!, "SIGKILL");
  } catch {
    // All of it has ended.
  }
}

function vitest(runner: readonly string[], report: string): readonly string[] {
  return [...runner, "run", "--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
}

/** Vitest on Node, with the tests somewhere else. */
function vitestElsewhere(project: string, report: string): readonly string[] {
  return [...vitest(["vitest"], report), "--config=vitest.runtime.config.ts", `--project=${project}`];
}

interface VitestReport {
  numPassedTests: number;
  numFailedTests: number;
  testResults: {
    name: string;
    status: string;
    message: string;
    assertionResults: { status: string; fullName: string; failureMessages: string[] }[];
  }[];
}

function countVitest(report: string): Counts {
  const { numPassedTests, testResults } = JSON.parse(readFileSync(report, "utf8")) as VitestReport;
  const failures = testResults.flatMap(({ name, status, message, assertionResults }) => {
    const file = relative(repositoryRoot, name);
    const failed = assertionResults.filter((test) => test.status === "failed");
    if (failed.length === 0 && status === "failed") return [`${file}: ${firstLine(message)}`];
    return failed.map((test) => `${file}: ${test.fullName}: ${firstLine(test.failureMessages[0] ?? "")}`);
  });
  return { passed: numPassedTests, failures };
}

function countJunit(report: string): Counts {
  const text = readFileSync(report, "utf8");
  const tests = [...text.matchAll(/<testcase ([^>]*?)(\/>|>([^]*?)<\/testcase>)/g)];
  const failures = tests.flatMap(([, attributes = "", , content = ""]) => {
    const problem = /<(?:failure|error)\b(?: message="([^"]*)")?/.exec(content);
    return problem ? [`${/name="([^"]*)"/.exec(attributes)?.[1]}: ${firstLine(problem[1] ?? "")}`] : [];
  });
  return { passed: tests.length - failures.length, failures };
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0]!.slice(0, 300);
}
