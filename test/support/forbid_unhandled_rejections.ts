import process from "node:process";
import { afterAll, afterEach, beforeAll, expect } from "vitest";

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
