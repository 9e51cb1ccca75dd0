import { afterAll, expect } from "vitest";

/** What all files of tests share, as long as no file changes it. */
const own = { fetch, Request, Response, WebAssembly, Date, setTimeout, clearTimeout, crypto };

afterAll(() => {
  const now: Record<string, unknown> = globalThis as never;
  const changed = Object.entries(own).flatMap(([name, value]) => now[name] === value ? [] : [name]);
  expect(changed, "Globals that this file has left changed; give them back, or let it run alone").toEqual([]);
});
