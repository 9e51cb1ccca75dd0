import { onTestFinished } from "vitest";

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
