import { planWorld, type WorldPlan } from "./plan_world.ts";
import { runWorld, type WorldReport } from "./run_world.ts";

/** The names of everything in a world that can be left out of it: `u0` is its first upload, `t0` the first thing that goes wrong. */
export function piecesOf({ uploads, troubles }: WorldPlan): string[] {
  return [...uploads.map((_, index) => `u${index}`), ...troubles.map((_, index) => `t${index}`)];
}

/**
 * Plans the world of a seed, or what is left of it.
 *
 * @param seed The seed.
 * @param only The pieces that stay. All others keep their places, so that the rest is as it was.
 */
export function planPart(seed: number, only?: readonly string[]): WorldPlan {
  const plan = planWorld(seed);
  if (only === undefined) return plan;
  const pieces = piecesOf(plan);
  const unknown = only.filter((piece) => !pieces.includes(piece));
  if (unknown.length > 0) throw new RangeError(`The world of seed ${seed} has no ${unknown}, but ${pieces}`);
  return {
    ...plan,
    uploads: plan.uploads.map((upload, index) => ({ ...upload, isLeftOut: !only.includes(`u${index}`) })),
    troubles: plan.troubles.filter((_, index) => only.includes(`t${index}`)),
  };
}

/** A world that breaks a promise, with as little in it as possible. */
export interface ShrunkWorld {
  report: WorldReport;
  only: string[];
}

/** Leaves out of a world that breaks a promise whatever it does not need for that. */
export async function shrinkWorld(seed: number): Promise<ShrunkWorld> {
  let only = piecesOf(planWorld(seed));
  let report = await runWorld(planPart(seed, only));
  for (let hasShrunk = true; hasShrunk;) {
    hasShrunk = false;
    for (const piece of only) {
      const fewer = only.filter((other) => other !== piece);
      const smaller = await runWorld(planPart(seed, fewer));
      if (smaller.violations.length === 0) continue;
      [only, report, hasShrunk] = [fewer, smaller, true];
    }
  }
  return { report, only };
}

/** The line that runs it again. */
export function commandFor({ report: { seed }, only }: ShrunkWorld): string {
  return `npm run simulate -- --seed ${seed} --only ${only.join(",")}`;
}
