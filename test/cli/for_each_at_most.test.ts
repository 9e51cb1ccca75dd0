import { expect, test } from "vitest";
import { forEachAtMost } from "../../src/cli/for_each_at_most.ts";

test.each([[1, 7], [3, 7], [10, 7], [4, 0]])(
  "at most %d of %d run at once, and all do, in order",
  async (limit, count) => {
    const items = Array.from({ length: count }, (_, index) => index);
    const begun: number[] = [];
    let running = 0;
    let most = 0;

    await forEachAtMost(items, {
      limit,
      run: async (item) => {
        begun.push(item);
        most = Math.max(most, ++running);
        await Promise.resolve();
        running--;
      },
    });

    expect(begun).toEqual(items);
    expect(most).toBe(Math.min(limit, count));
  },
);
