import { getEventListeners } from "node:events";
import process from "node:process";
import { afterAll, afterEach, beforeAll, expect, onTestFinished } from "vitest";
import { runtime } from "./runtime.ts";

// Taken before a test can put a fake in its place.
const { setImmediate } = globalThis;

/** Lets every test of this file fail in which a rejection found nobody to handle it. Vitest sees it on Node alone. */
export function forbidUnhandledRejections(): void {
  const reasons: unknown[] = [];
  const keep = (reason: unknown) => void reasons.push(reason);
  beforeAll(() => void process.on("unhandledRejection", keep));
  afterAll(() => void process.off("unhandledRejection", keep));
  afterEach(async () => {
    // Runtimes tell of them only when all microtasks have run.
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(reasons.splice(0)).toEqual([]);
  });
}

/** A signal that tells how many listeners it has. */
export interface WatchedSignal {
  controller: AbortController;
  signal: AbortSignal;
  /** Listeners that were added and not taken off. */
  listeners(): number;
  /** The most there ever were. */
  most(): number;
}

/** Makes a signal that counts its listeners: by itself everywhere, and on Node by the runtime's own count, too. */
export function watchSignal(): WatchedSignal {
  const controller = new AbortController();
  const { signal } = controller;
  const live = new Set<unknown>();
  let most = 0;
  const add = signal.addEventListener.bind(signal) as EventTarget["addEventListener"];
  const remove = signal.removeEventListener.bind(signal) as EventTarget["removeEventListener"];
  signal.addEventListener = (...args: Parameters<EventTarget["addEventListener"]>) => {
    live.add(args[1]);
    most = Math.max(most, live.size);
    add(...args);
  };
  signal.removeEventListener = (...args: Parameters<EventTarget["removeEventListener"]>) => {
    live.delete(args[1]);
    remove(...args);
  };
  return {
    controller,
    signal,
    listeners: () => Math.max(live.size, runtime === "node" ? getEventListeners(signal, "abort").length : 0),
    most: () => most,
  };
}

type Timer = ReturnType<typeof setTimeout>;

/** Counts the timers that the package itself has set and that have neither fired nor been cleared, until the test ends. */
export function watchTimers(): () => string[] {
  const { setTimeout, clearTimeout } = globalThis;
  const pending = new Map<Timer, string>();
  globalThis.setTimeout = ((run: () => void, ms?: number) => {
    const timer = setTimeout(() => {
      pending.delete(timer);
      run();
    }, ms);
    // Runtimes set timers by themselves, for connections that are kept alive.
    const line = new Error().stack?.split("\n").find((line) => line.includes("/src/"));
    if (line !== undefined) pending.set(timer, `${line.trim()}, ${ms} ms`);
    return timer;
  }) as typeof globalThis.setTimeout;
  globalThis.clearTimeout = ((timer?: Timer) => {
    if (timer !== undefined) pending.delete(timer);
    clearTimeout(timer);
  }) as typeof globalThis.clearTimeout;
  onTestFinished(() => {
    Object.assign(globalThis, { setTimeout, clearTimeout });
    for (const timer of pending.keys()) clearTimeout(timer);
  });
  return () => [...pending.values()];
}
