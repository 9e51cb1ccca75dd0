import { defineConfig } from "vitest/config";
import type { ViteUserConfig } from "vitest/config";

const { bun, deno } = process.versions as Record<string, string | undefined>;

const config: ViteUserConfig = defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Node's alone: the command and the scripts are programs for Node, as are the examples' servers; TCP resets and counts
    // of timers are to be had there only.
    exclude: bun || deno ? ["test/cli/**", "test/scripts/**", "test/examples/**", "test/reliability/node/**"] : [],
    // On Bun the pool of child processes does not start.
    pool: bun ? "threads" : "forks",
    // What `*.test-d.ts` says of types is judged by tsc: a wrong type is a failed test. Once is enough, on Node.
    typecheck: { enabled: !bun && !deno, include: ["test/**/*.test-d.ts"] },
    // Far above what any test takes: it ends a test that hangs, and judges no speed.
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});

export default config;
