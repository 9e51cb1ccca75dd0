/** Where the tests run. */
export type Runtime = "node" | "deno" | "bun" | "chromium" | "workerd";

const RUNTIMES: readonly (readonly [userAgent: RegExp, Runtime])[] = [
  [/^Node\.js\//, "node"],
  [/^Deno\//, "deno"],
  [/^Bun\//, "bun"],
  [/^Cloudflare-Workers$/, "workerd"],
  [/^Mozilla\/.* (Headless)?Chrome\//, "chromium"],
];

/** Where this test runs. */
export const runtime: Runtime = RUNTIMES.find(([userAgent]) => userAgent.test(navigator.userAgent))![1];
