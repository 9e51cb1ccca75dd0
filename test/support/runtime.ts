/** Where the tests run: the three differ in what `fetch` does below the client. */
export const runtime: "node" | "deno" | "bun" = "Deno" in globalThis ? "deno" : "Bun" in globalThis ? "bun" : "node";

/**
 * How often a request reaches the server when the connection breaks before the answer: Deno's `fetch` sends such a
 * request a second time by itself, without asking the client.
 */
export const REQUESTS_PER_BROKEN_CONNECTION: number = runtime === "deno" ? 2 : 1;
