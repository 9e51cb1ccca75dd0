import { beforeAll, describe, expect, test } from "vitest";
import { FOUND_WORLDS } from "./found_worlds.ts";
import { runWorld } from "./run_world.ts";
import { piecesOf, planPart } from "./shrink.ts";
import { warmUp } from "./warm_up.ts";

beforeAll(warmUp);

test("the same seed gives the same world, and another seed another", async () => {
  const { hash: first } = await runWorld(planPart(1));
  const { hash: again } = await runWorld(planPart(1));
  const { hash: other } = await runWorld(planPart(2));
  expect(again).toBe(first);
  expect(other).not.toBe(first);
});

test("two hundred worlds keep every promise", async () => {
  for (let seed = 0; seed < 200; seed++) {
    const { violations } = await runWorld(planPart(seed));
    expect.soft(violations, `npm run simulate -- --seed ${seed}`).toEqual([]);
  }
});

test("a world without what goes wrong is one in which all uploads succeed", async () => {
  const uploads = piecesOf(planPart(0)).filter((piece) => piece.startsWith("u"));
  const { violations, outcomes } = await runWorld(planPart(0, uploads));
  expect(violations).toEqual([]);
  expect(outcomes).toEqual(uploads.map(() => "succeeded"));
});

test("what is left out of a world does not happen in it", async () => {
  const { outcomes, steps } = await runWorld(planPart(0, []));
  expect({ outcomes, steps }).toEqual({ outcomes: [], steps: 0 });
});

describe("what was found stays mended", () => {
  test.each(FOUND_WORLDS)("$why (seed $seed)", async ({ seed }) => {
    expect((await runWorld(planPart(seed))).violations).toEqual([]);
  });
});
