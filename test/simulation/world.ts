import type { AssembledEmulator } from "../../src/emulator/create_emulator.ts";
import type { Clockwork } from "./clockwork.ts";
import type { Judge } from "./judge.ts";
import type { Trouble, WorldPlan } from "./plan_world.ts";
import type { SharedStore } from "./stores.ts";
import type { Trace } from "./trace.ts";
import type { Wire } from "./wire.ts";

/** A world, and all that is in it. */
export interface World {
  readonly plan: WorldPlan;
  readonly clockwork: Clockwork;
  readonly judge: Judge;
  readonly trace: Trace;
  readonly emulator: AssembledEmulator;
  readonly store: SharedStore;
  readonly wire: Wire;
  /** The app. */
  readonly partner: { partnerId: number; partnerKey: string };
  /** The shops, and the tokens that they begin with. */
  readonly shops: readonly { shopId: number; accessToken: string; refreshToken: string }[];
}

/** What goes wrong in a world, of one kind. */
export function troublesOf<Kind extends Trouble["kind"]>(
  { troubles }: WorldPlan,
  kind: Kind,
): Extract<Trouble, { kind: Kind }>[] {
  return troubles.filter((one): one is Extract<Trouble, { kind: Kind }> => one.kind === kind);
}

/** Whether a secret shows in a text. */
export function leaks({ secrets }: Judge, text: string): boolean {
  for (const secret of secrets) if (text.includes(secret)) return true;
  return false;
}

/** Whether nothing goes wrong in a world that an upload may fail of: one token for each call may turn out to be dead. */
export function isHarmless({ troubles }: WorldPlan): boolean {
  const deadTokens = troubles.filter(({ kind, ...more }) => {
    return kind === "expire-token" || ("fault" in more && more.fault.kind === "expired-token");
  });
  return troubles.every((trouble) => trouble.isHarmless) && deadTokens.length <= 1;
}
