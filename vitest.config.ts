import { join } from "node:path";
import { defineConfig } from "vitest/config";
import type { TestUserConfig, ViteUserConfig } from "vitest/config";
import type { Reporter } from "vitest/node";

const { bun, deno } = process.versions as Record<string, string | undefined>;
const isNode = !bun && !deno;
const isFull = process.env["FULL_TESTS"] !== undefined;
/** `vitest run test/scripts` runs what it names. */
const isNamed = process.argv.some((argument) => argument.startsWith("test/"));

// Processes that tests start need not strip the types of a hundred files again each time: that is most of what they cost.
process.env["NODE_COMPILE_CACHE"] ??= join(import.meta.dirname, ".tmp", "compile-cache");

/** The command, the scripts and the examples' servers are programs for Node; TCP resets, counts of timers and the turns of the loop are its own. */
const NODE_ONLY = [
  "test/cli/**",
  "test/scripts/**",
  "test/examples/**",
  "test/reliability/node/**",
  "test/simulation/**",
];

/** They measure memory, put virtual time in the place of the machine's, or change what the whole process has: undici puts its own dispatcher under every `fetch`. */
const ALONE = [
  "test/simulation/*.test.ts",
  "test/reliability/node/*.test.ts",
  "test/api/custom_fetch.test.ts",
  "test/stream/md5/default_backend.test.ts",
];

/** What takes long, and guards what few changes touch; those of the runtimes run on all of them. */
const LEFT_OUT = ["test/scripts/**", "test/runtime/**", "test/examples/**", "test/cli/conform*.test.ts"];

/** Tells at the end of `npm test` what it did not look at. */
const tellWhatIsLeft: Reporter = {
  onTestRunEnd(modules) {
    if (isFull || isNamed) return;
    const skipped = modules.flatMap((module) => [...module.children.allTests("skipped")]);
    console.log([
      "Left to `.ci/run`, and to `FULL_TESTS=1 npm test`:",
      `  ${LEFT_OUT.join(", ")}, nine in ten cases of each property, files of 100 MiB,`,
      ...skipped.map((test) => `  "${test.fullName}",`),
      "and to `.ci/run` alone:",
      "  the suites on Deno, Bun, Chromium and Workers, more of the fault matrix, more worlds of the simulation, the soak, the fuzzer, the benches.",
    ].join("\n"));
  },
};

const shared: TestUserConfig = {
  // On Bun child processes do not start.
  pool: bun ? "threads" : "forks",
  // Far above what any test takes: it ends a test that hangs, and judges no speed.
  testTimeout: 30_000,
  hookTimeout: 30_000,
};

const elsewhere: TestUserConfig = { ...shared, include: ["test/**/*.test.ts"], exclude: NODE_ONLY };

const onNode: TestUserConfig = {
  // They wait for sockets and timers more than they compute.
  maxWorkers: 5,
  reporters: ["default", tellWhatIsLeft],
  projects: [
    {
      test: {
        ...shared,
        name: "together",
        include: ["test/**/*.test.ts"],
        exclude: [...ALONE, ...(isFull || isNamed ? [] : LEFT_OUT)],
        // Loading the library anew for each file would cost more than most of them do.
        pool: "threads",
        isolate: false,
        setupFiles: "test/support/shared_globals.ts",
        // What `*.test-d.ts` says of types is judged by tsc: a wrong type is a failed test. Once is enough, on Node.
        typecheck: { enabled: true, include: ["test/**/*.test-d.ts"], tsconfig: "test/types.tsconfig.json" },
      },
    },
    { test: { ...shared, name: "alone", include: ALONE } },
  ],
};

const config: ViteUserConfig = defineConfig({ test: isNode ? onNode : elsewhere });

export default config;
