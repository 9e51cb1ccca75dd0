/**
 * The machine below: every fact about a runtime, and everything that differs from one run to the next. The rest of the
 * package asks here and nowhere else, on both sides of the wire, so that a test can put a clock, a chance or a signature
 * of its own in the machine's place.
 *
 * @module
 */

/** A timer that was set. */
export type Timer = unknown;

/** What differs from one run to the next. */
export interface Runtime {
  /** Ms since 1970. It jumps when the machine's clock is set. */
  now(): number;
  /** Ms since some fixed moment. It never jumps, and may stand still while the machine sleeps. */
  elapsed(): number;
  /** Calls `run` once, after `ms` (at most {@linkcode LONGEST_TIMER}). */
  setTimer(run: () => void, ms: number): Timer;
  /** Forgets a timer; one that has gone off, or none, does no harm. */
  clearTimer(timer: Timer): void;
  /** A number from 0 to below 1. */
  random(): number;
  /** A text that comes once. */
  uuid(): string;
  /** Makes what signs bytes or texts with `key` (texts and key as UTF-8): lower-case hex of HMAC-SHA256. */
  hmacSha256(key: string): (message: string | Uint8Array<ArrayBuffer>) => Promise<string>;
}

/** The longest that a timer can be set to, in ms: about 24 days. */
export const LONGEST_TIMER: number = 2 ** 31 - 1;

/** The real machine, unless a test has put something else in its place. The globals are looked up at each call. */
export const runtime: Runtime = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  setTimer: (run, ms) => setTimeout(run, ms),
  clearTimer: (timer) => clearTimeout(timer as number | undefined),
  random: () => Math.random(),
  uuid: () => crypto.randomUUID(),
  hmacSha256(key) {
    const encoder = new TextEncoder();
    // Inside Web Crypto the key is out of reach of logs and inspection.
    let imported: Promise<CryptoKey> | undefined;
    return async (message) => {
      imported ??= crypto.subtle.importKey("raw", encoder.encode(key), { name: "HMAC", hash: "SHA-256" }, false, [
        "sign",
      ]);
      const bytes = typeof message === "string" ? encoder.encode(message) : message;
      const mac = await crypto.subtle.sign("HMAC", await imported, bytes);
      return Array.from(new Uint8Array(mac), (byte) => byte.toString(16).padStart(2, "0")).join("");
    };
  },
};

/**
 * Puts something else in the machine's place, for a test.
 *
 * @param parts What is replaced.
 * @returns Puts back what was there before.
 */
export function replaceRuntime(parts: Partial<Runtime>): () => void {
  const before = { ...runtime };
  Object.assign(runtime, parts);
  return () => void Object.assign(runtime, before);
}

/**
 * How a request body reaches the network with the fewest copies. Each runtime was measured; see `docs/performance.md`.
 *
 * - `stream`: Node and Bun honour a `Content-Length` given with a stream body, and copy nothing.
 * - `blob`: browsers cannot stream a request over HTTP/1.1; they send a blob without taking it into the page's memory.
 * - `bytes`: Deno and workerd would send a stream in chunked coding, which a gateway may refuse.
 */
export type BodyStyle = "stream" | "blob" | "bytes";

/** What tells runtimes apart. */
interface Scope {
  navigator?: { userAgent?: string | undefined } | undefined;
  process?: { versions?: { node?: string | undefined; bun?: string | undefined } } | undefined;
  Deno?: unknown | undefined;
  Promise: { withResolvers?: unknown };
}

/** Names a runtime that is too old for this package; `undefined` where it is not. */
export function oldRuntime(scope: Scope = globalThis as unknown as Scope): string | undefined {
  if (scope.Promise.withResolvers !== undefined) return undefined;
  const node = scope.process?.versions?.node;
  return node === undefined ? "a runtime from before 2024" : `Node ${node}`;
}

/**
 * Finds the body style of a runtime.
 *
 * @param scope Its globals. @default globalThis
 * @returns The style.
 */
export function bodyStyle(scope: Scope = globalThis as unknown as Scope): BodyStyle {
  if (isWorkers(scope) || isDeno(scope)) return "bytes";
  // Not by the user agent, which a test runner's imitation of a browser changes on Node.
  if (scope.process?.versions?.node !== undefined) return "stream";
  return /^Mozilla\//.test(scope.navigator?.userAgent ?? "") ? "blob" : "bytes";
}

/** Whether `fetch` gives a connection up after a request whose body was a stream, so that small ones are better sent whole. */
export function dropsConnectionAfterStream(scope: Scope = globalThis as unknown as Scope): boolean {
  return scope.process?.versions?.bun !== undefined;
}

/** Whether `fetch` by itself sends a request again whose connection closes before the answer. */
export function resendsRequests(scope: Scope = globalThis as unknown as Scope): boolean {
  return isDeno(scope);
}

/** How `fetch` is kept from following a redirect. Workers know "manual" only. */
export function noRedirect(scope: Scope = globalThis as unknown as Scope): "manual" | "error" {
  return isWorkers(scope) ? "manual" : "error";
}

/**
 * Whether `pipeTo` resolves when its destination is errored between two writes. There, the next write or close has to tell
 * of the failure.
 */
export function pipesHideErrors(scope: Scope = globalThis as unknown as Scope): boolean {
  return isWorkers(scope);
}

function isWorkers(scope: Scope): boolean {
  return scope.navigator?.userAgent === "Cloudflare-Workers";
}

function isDeno(scope: Scope): boolean {
  return scope.Deno !== undefined;
}
