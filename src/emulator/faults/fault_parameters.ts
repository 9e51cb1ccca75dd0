import type { Fault, FaultKind } from "./fault.ts";

/** A parameter that some kinds of fault take. */
export type FaultParameter = Exclude<keyof Fault, "kind" | "endpoint" | "calls" | "every" | "probability" | "seed">;

const REPLACED: FaultParameter[] = ["retryAfter", "retryAfterDate", "after"];

/** What each kind of fault takes; the first is the one that `kind=value` sets. */
export const FAULT_PARAMETERS: Record<FaultKind, FaultParameter[]> = {
  "reset-before": [],
  "reset-after": [],
  "cut": [],
  "stall-before": ["ms"],
  "stall-after": ["ms"],
  "stall-middle": ["ms"],
  "slow": ["bytesPerSecond"],
  "truncated": [],
  "html": ["status", ...REPLACED],
  "empty": ["status", ...REPLACED],
  "status": ["status", ...REPLACED],
  "error": ["error", "message", "status", ...REPLACED],
  "clock": ["offset"],
  "expired-token": [],
  "rate-limit": ["limit", "status", "error", "message", "retryAfter", "retryAfterDate"],
  "image-error": ["image", "error", "message"],
  "drop": [],
  "duplicate": [],
  "delay": ["ms"],
};

/** What a kind of fault cannot do without. */
export const NEEDED_PARAMETERS: Partial<Record<FaultKind, FaultParameter>> = {
  "slow": "bytesPerSecond",
  "status": "status",
  "error": "error",
  "clock": "offset",
  "rate-limit": "limit",
  "image-error": "image",
  "delay": "ms",
};
