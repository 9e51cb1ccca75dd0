import { createRefreshingToken, MediaManager, type MediaManagerOptions } from "../../mod.ts";
import { createPushHandler, createPushInbox, type PushHandler, type PushInbox } from "../../src/push/mod.ts";
import type { Machine } from "./clockwork.ts";
import { leaks, type World } from "./world.ts";

/** A place where a process runs, or the one after it. */
export interface Place {
  machine: Machine;
  boots: number;
  managers: MediaManager[];
  inbox: PushInbox;
  handler: PushHandler;
}

const RETRY = { limit: 5, baseDelay: 200, maxDelay: 2_000 };
const TIMEOUT = { attempt: 3_000, idle: 1_000, total: 60_000 };

/** Where pushes go. */
export const PUSH = { callbackUrl: "https://shop.example/pushes", pushPartnerKey: "canary-push-key" };

/**
 * Boots a process.
 *
 * @param index Where.
 * @param boots How many ran there before.
 */
export function bootPlace(world: World, index: number, boots: number): Place {
  const { plan, clockwork, judge, trace, store, wire, partner, shops } = world;
  const machine = clockwork.boot(`machine ${index}.${boots}`, plan.seed * 31 + 100 + index * 10 + boots);
  machine.skew = plan.machines[index]!.skew;
  const view = store.viewOf(machine);
  const common: MediaManagerOptions = {
    ...partner,
    baseUrl: "http://localhost",
    retry: RETRY,
    timeout: TIMEOUT,
    ...(plan.wire === "bytes" && { fetch: wire.fetch }),
    onRequest(event) {
      trace.add(
        "event",
        event.endpoint,
        event.attempt,
        event.status ?? "",
        event.error ?? "",
        event.retryAfter ?? "",
      );
      if (leaks(judge, JSON.stringify(event))) judge.accuse("a secret is in an event");
    },
  };
  return clockwork.as({ machine }, () => {
    const tokens = shops.map(({ shopId, refreshToken }) => {
      const source = createRefreshingToken({
        ...common,
        ...{ shopId, refreshToken, store: view, leeway: plan.tokenLifetime * 100 },
      });
      // A refresh is the process's own, whichever upload waits for it.
      return {
        get: () => clockwork.as({ machine }, () => source.get()),
        refresh: (stale: string) => clockwork.as({ machine }, () => source.refresh(stale)),
      };
    });
    const [first, ...others] = shops.map(({ shopId }, shop) => ({ shopId, accessToken: tokens[shop]! }));
    const media = new MediaManager({ ...common, ...first, signAs: plan.signAs });
    const inbox = createPushInbox();
    const handler = createPushHandler({ ...PUSH, onVideoUpload: inbox.deliver, onError: () => {} });
    return { machine, boots, managers: [media, ...others.map((shop) => media.forShop(shop))], inbox, handler };
  });
}
