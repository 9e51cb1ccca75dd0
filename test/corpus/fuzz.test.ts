import { expect, test } from "vitest";
import { fuzz } from "./fuzz.ts";

test("a thousand damaged files get a verdict each, at a bounded cost", async () => {
  const { faults, good, refused } = await fuzz({ files: 1000, seed: 20_261_126 });
  expect(faults).toEqual([]);
  // Some are as good as before, since the damage is where nobody looks.
  expect(good).toBeGreaterThan(100);
  expect(refused).toBeGreaterThan(100);
});
