import type { FaultKind } from "./fault.ts";

/** What a fault names in place of an endpoint when it is about pushes. */
export const PUSH = "push";

/** The faults of pushes, and of nothing else. */
export const PUSH_FAULTS: ReadonlySet<FaultKind> = new Set(["drop", "duplicate", "delay"]);
