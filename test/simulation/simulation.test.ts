import { expect, test } from "vitest";
import { planWorld } from "./plan_world.ts";
import { runWorld } from "./run_world.ts";
import { warmUp } from "./warm_up.ts";

test("the same seed gives the same world, and another seed another", async () => {
  await warmUp();
  const { hash: first } = await runWorld(planWorld(1));
  const { hash: again } = await runWorld(planWorld(1));
  const { hash: other } = await runWorld(planWorld(2));
  expect(again).toBe(first);
  expect(other).not.toBe(first);
});
