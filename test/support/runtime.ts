import { md5 } from "hash-wasm";

/** Where the tests run: these differ in what `fetch` does below the client. */
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

/**
 * How often a request reaches the server when the connection breaks before the answer: Deno's `fetch` sends such a
 * request a second time by itself, without asking the client.
 */
export const REQUESTS_PER_BROKEN_CONNECTION: number = runtime === "deno" ? 2 : 1;

/** Lower-case hex MD5 by another implementation: `hash-wasm`, or what Workers have in its place. */
export async function referenceMd5(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  if (runtime !== "workerd") return await md5(bytes);
  const digest = new Uint8Array(await crypto.subtle.digest("MD5", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
