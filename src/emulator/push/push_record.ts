import type { FaultKind } from "../faults/fault.ts";

/** One try to deliver a push. */
export interface PushAttempt {
  /** Seconds after the upload had ended at which it was due, by the clock of pushes. */
  after: number;
  /** HTTP status that was answered; 0 when there was no answer within 3 s. */
  status: number;
}

/** One push that the emulator has made. It holds no key, no signature and no URL. */
export interface PushRecord {
  /** Shopee's number for its kind: 11 for `media_space`, 38 for `media`. */
  code: 11 | 38;
  /** The video upload that it tells of. */
  videoUploadId: string;
  /** How that ended. */
  status: string;
  /** Whether another attempt follows, or it was taken, or it never will be. */
  state: "waiting" | "delivered" | "lost";
  /** The fault that fired. */
  fault: FaultKind | undefined;
  /** Every try so far. */
  attempts: PushAttempt[];
}
