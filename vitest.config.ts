import { defineConfig } from "vitest/config";
import type { ViteUserConfig } from "vitest/config";

const { bun, deno } = process.versions as Record<string, string | undefined>;

const config: ViteUserConfig = defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Node's alone: the command is a program for Node, and the scripts are run by Node.
    exclude: bun || deno ? ["test/cli/**", "test/scripts/**"] : [],
    // On Bun the pool of child processes does not start.
    pool: bun ? "threads" : "forks",
    // Far above what any test takes: it ends a test that hangs, and judges no speed.
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});

export default config;
