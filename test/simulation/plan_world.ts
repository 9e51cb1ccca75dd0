import type { VideoModule } from "../../mod.ts";
import type { Fault, Verdict } from "../../src/emulator/mod.ts";
import { createRandom, type Random } from "../reliability/soak/plan.ts";
import { planEmulatorFault } from "./plan_fault.ts";
import type { StoreTrouble } from "./stores.ts";
import type { NetworkFault, NetworkTrouble, Way } from "./wire.ts";

/** A moment of a world: so many ms after so many things have gone over the wire. */
export interface Moment {
  wire: number;
  ms: number;
}

/** Something that goes wrong. */
export type Trouble =
  & {
    /** Whether an upload may fail of it. What is harmless, no upload may notice but by its time. */
    isHarmless: boolean;
  }
  & (
    | { kind: "fault"; fault: Fault }
    | { kind: "network"; network: NetworkTrouble }
    | { kind: "store"; store: StoreTrouble }
    | { kind: "verdict"; verdict: Verdict }
    | { kind: "abort"; upload: number; at: Moment }
    | { kind: "kill"; machine: number; at: Moment; restartAfter: number }
    | { kind: "sleep"; machine: number; at: Moment; ms: number }
    | { kind: "clock"; machine: number; at: Moment; ms: number }
    | { kind: "expire-token"; at: Moment }
    | { kind: "expire-session"; at: Moment }
    | { kind: "outage"; at: Moment; ms: number; how: "silent" | "reset" }
    | { kind: "stall"; upload: number; chunk: number; ms: number }
    | { kind: "source-error"; upload: number; chunk: number }
    | { kind: "other-source"; upload: number }
  );

/** One upload, and all runs that it takes. */
export interface UploadPlan {
  machine: number;
  shop: number;
  module: VideoModule;
  size: number;
  source: "bytes" | "parts" | "iterable" | "stream" | "sink";
  chunk: number;
  /** Ms between two chunks. */
  pause: number;
  knowsMd5: boolean;
  concurrency: number;
  hasCheckpoint: boolean;
  until: "uploaded" | "ready";
  pushes: boolean;
  startAt: number;
  /** Runs after the first that it may take, should it fail. */
  resumptions: number;
  /** It never begins: it was left out, to see whether a failure needs it. */
  isLeftOut?: boolean;
}

/** A world, before anything happens in it. */
export interface WorldPlan {
  seed: number;
  dialect: "samples" | "reference";
  /** Whether bodies are streams, as Node's own `fetch` takes them best, or whole. */
  wire: "bytes" | "stream";
  way: Way;
  spacePartSize: number;
  mediaPartSize: number;
  canLock: boolean;
  signAs: "public" | "shop";
  /** Seconds. */
  tokenLifetime: number;
  transcodeMs: number;
  vidDelayMs: number;
  rateLimit: number | undefined;
  shops: number;
  machines: { skew: number }[];
  uploads: UploadPlan[];
  troubles: Trouble[];
}

const NETWORK_FAULTS: readonly NetworkFault[] = [
  ...["refused", "reset-before", "reset-after", "silent-before", "silent-after"] as const,
  ...["late", "late-answer", "doubled", "sent-again"] as const,
];
const ENDPOINTS = [
  ...["init_video_upload", "upload_video_part", "upload_video_part", "upload_video_part"],
  ...["complete_video_upload", "complete_video_upload", "get_video_upload_result", "cancel_video_upload", "get"],
];

/** Plans the world of a seed. */
export function planWorld(seed: number): WorldPlan {
  const dice = createRandom(seed * 7 + 1);
  const chance = (of: number) => dice.next() < of;
  const shops = chance(0.2) ? 2 : 1;
  const machines = Array.from({ length: dice.pick([1, 1, 2]) }, () => ({ skew: chance(0.15) ? planSkew(dice) : 0 }));
  const spacePartSize = dice.pick([500, 1_000, 2_000]);
  const mediaPartSize = dice.pick([400, 1_000, 3_000]);
  const uploads = Array.from(
    { length: dice.pick([1, 1, 1, 2, 2, 3]) },
    () => planUpload(dice, { machines: machines.length, shops, spacePartSize, mediaPartSize }),
  );
  const plan: WorldPlan = {
    seed,
    dialect: dice.pick(["samples", "reference"]),
    wire: chance(0.25) ? "stream" : "bytes",
    way: {
      latency: dice.pick([1, 5, 20, 80]),
      jitter: dice.pick([0, 2, 30, 200]),
      bandwidth: dice.pick([10, 30, 100, 1_000]),
    },
    spacePartSize,
    mediaPartSize,
    canLock: chance(0.85),
    signAs: chance(0.2) ? "shop" : "public",
    tokenLifetime: dice.pick([14_400, 14_400, 30, 90]),
    transcodeMs: dice.pick([0, 300, 3_000]),
    vidDelayMs: chance(0.15) ? dice.whole(100, 8_000) : 0,
    rateLimit: chance(0.08) ? dice.pick([2, 5]) : undefined,
    shops,
    machines,
    uploads,
    troubles: [],
  };
  const count = dice.pick([0, 1, 1, 2, 2, 3, 3, 4]);
  plan.troubles = Array.from({ length: count }, () => planTrouble(dice, plan));
  return plan;
}

function planSkew(dice: Random): number {
  return dice.pick([-1, 1]) * dice.pick([200_000, 400_000, 3_600_000, 86_400_000 * 3]);
}

function planUpload(
  dice: Random,
  { machines, shops, spacePartSize, mediaPartSize }: {
    machines: number;
    shops: number;
    spacePartSize: number;
    mediaPartSize: number;
  },
): UploadPlan {
  const module = dice.pick(["media_space", "media"] as const);
  const partSize = module === "media" ? mediaPartSize : spacePartSize;
  const parts = dice.pick([1, 1, 2, 3, 4, 5, 8]);
  const size = Math.max(1, (parts - 1) * partSize + dice.pick([1, partSize >> 1, partSize]));
  return {
    machine: dice.whole(0, machines - 1),
    shop: dice.whole(0, shops - 1),
    module,
    size,
    source: dice.pick(["bytes", "parts", "iterable", "stream", "sink"] as const),
    chunk: dice.pick([1 + (size >> 4), partSize >> 1, partSize, partSize + 7, size]),
    pause: dice.pick([0, 0, 10, 300]),
    knowsMd5: dice.next() < 0.5,
    concurrency: dice.pick([1, 2, 3, 3, 4]),
    hasCheckpoint: dice.next() < 0.5,
    until: dice.next() < 0.2 ? "uploaded" : "ready",
    pushes: dice.next() < 0.3,
    startAt: dice.pick([0, 0, 1, 50, 2_000]),
    resumptions: dice.pick([0, 1, 2]),
  };
}

/** Plans one thing that goes wrong. */
function planTrouble(dice: Random, { machines, uploads }: WorldPlan): Trouble {
  const at = { wire: dice.whole(0, 20 * uploads.length + 10), ms: dice.pick([0, 0, 1, 7, 100, 1_500]) };
  const machine = dice.whole(0, machines.length - 1);
  const upload = dice.whole(0, uploads.length - 1);
  switch (
    dice.pick([
      ...["fault", "fault", "fault", "fault", "fault", "fault", "network", "network", "network", "network"] as const,
      ...["abort", "abort", "kill", "kill", "expire-token", "clock", "sleep", "outage", "stall", "store"] as const,
      ...["store", "verdict", "source-error", "other-source", "other-source", "expire-session"] as const,
    ])
  ) {
    case "fault":
      return planEmulatorFault(dice);
    case "network": {
      const fault = dice.pick(NETWORK_FAULTS);
      const endpoint = dice.pick(ENDPOINTS);
      const network = { endpoint, call: dice.whole(1, 4), fault, ms: dice.pick([1, 50, 1_000, 4_000]) };
      return { kind: "network", network, isHarmless: isHarmlessOnTheWay(endpoint, fault) };
    }
    case "abort":
      return { kind: "abort", upload, at, isHarmless: true };
    case "kill":
      return { kind: "kill", machine, at, restartAfter: dice.whole(30, 3_000), isHarmless: true };
    case "expire-token":
      return { kind: "expire-token", at, isHarmless: true };
    case "clock":
      return { kind: "clock", machine, at, ms: planSkew(dice), isHarmless: false };
    case "sleep":
      return { kind: "sleep", machine, at, ms: dice.pick([1_000, 60_000, 3_600_000]), isHarmless: false };
    case "outage":
      return {
        ...{ kind: "outage", at, ms: dice.pick([50, 500, 3_000, 60_000]) },
        ...{ how: dice.pick(["silent", "reset"] as const), isHarmless: false },
      };
    case "stall": {
      const ms = dice.pick([500, 4_000, 30_000, Infinity]);
      return { kind: "stall", upload, chunk: dice.whole(0, 4), ms, isHarmless: ms < 5_000 };
    }
    case "store": {
      const fault = dice.pick(["fails", "hangs", "slow"] as const);
      return {
        ...{ kind: "store", store: { call: dice.whole(1, 15), fault, ms: dice.pick([500, 20_000]) } },
        isHarmless: false,
      };
    }
    case "verdict":
      return { kind: "verdict", verdict: planVerdict(dice), isHarmless: false };
    case "source-error":
      return { kind: "source-error", upload, chunk: dice.whole(0, 3), isHarmless: false };
    case "other-source":
      return { kind: "other-source", upload, isHarmless: false };
    case "expire-session":
      return { kind: "expire-session", at, isHarmless: false };
  }
}

/** Whether all goes as if nothing had happened, but for another attempt. */
function isHarmlessOnTheWay(endpoint: string, fault: NetworkFault): boolean {
  if (endpoint !== "get") return true;
  // A pair of tokens that is lost with its answer is lost.
  return fault === "refused" || fault === "reset-before" || fault === "doubled";
}

function planVerdict(dice: Random): Verdict {
  return dice.pick<Verdict>([
    { status: "FAILED", message: "Video is too short" },
    { status: "CANCELLED" },
    { status: "OF_TOMORROW" },
    { transcodeMs: 20_000 },
    { transcodeMs: Infinity },
  ]);
}
