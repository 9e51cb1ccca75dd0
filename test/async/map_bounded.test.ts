import { expect, test } from "vitest";
import { mapBounded } from "../../src/async/map_bounded.ts";
import { quiet } from "../support/settle.ts";

test.each([[1, 7], [3, 7], [10, 7], [4, 0]])(
  "at most %d of %d run at once, and all do, in order",
  async (concurrency, count) => {
    const items = Array.from({ length: count }, (_, index) => index);
    const begun: number[] = [];
    let running = 0;
    let most = 0;

    const results = await mapBounded(items, concurrency, async (item, index) => {
      begun.push(item);
      most = Math.max(most, ++running);
      // The later ones end first.
      for (let turn = count; turn > item; turn--) await Promise.resolve();
      running--;
      return [item, index];
    });

    expect(results).toEqual(items.map((item) => [item, item]));
    expect(begun).toEqual(items);
    expect(most).toBe(Math.min(concurrency, count));
  },
);

test("the first error is told at once, and nothing begins after it", async () => {
  const begun: number[] = [];
  const second = Promise.withResolvers<void>();

  const whole = mapBounded([1, 2, 3, 4], 2, async (item) => {
    begun.push(item);
    if (item === 1) throw new Error("no");
    await second.promise;
  });

  await expect(whole).rejects.toThrow("no");
  second.resolve();
  await quiet();
  expect(begun).toEqual([1, 2]);
});
