import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { playwright } from "@vitest/browser-playwright";
import { defineConfig } from "vitest/config";
import type { ViteUserConfig } from "vitest/config";
import { findChromium } from "./test/support/find_chromium.ts";

const shared = {
  include: ["test/runtime/*.test.ts"],
  testTimeout: 30_000,
  hookTimeout: 30_000,
};

/**
 * The suites of `test/runtime` where no test runner can listen or read files: in a page of headless Chromium, and in
 * workerd, the runtime of Cloudflare Workers. `vitest.config.ts` runs the same files on Node, Deno and Bun.
 */
const config: ViteUserConfig = defineConfig({
  test: {
    // Here and not in the projects, whose modules are resolved as for their runtimes.
    globalSetup: "test/support/start_servers.ts",
    projects: [
      {
        test: {
          ...shared,
          name: "chromium",
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({
              launchOptions: {
                executablePath: await findChromium(),
                // The sandbox cannot be had as root. The rest keeps the browser from calling home.
                args: [
                  "--no-sandbox",
                  "--disable-gpu",
                  "--disable-quic",
                  "--no-first-run",
                  "--disable-background-networking",
                  "--disable-component-update",
                  "--disable-sync",
                ],
              },
            }),
            instances: [{ browser: "chromium" }],
          },
        },
      },
      {
        plugins: [
          cloudflareTest({ miniflare: { compatibilityDate: "2026-07-01", compatibilityFlags: ["nodejs_compat"] } }),
        ],
        test: { ...shared, name: "workerd", isolate: false },
      },
    ],
  },
});

export default config;
