import { createTimeLimit, type TimeLimit } from "../async/time_limit.ts";
import { runtime } from "../runtime.ts";
import type { Passage } from "./line.ts";

/** Options of {@linkcode watchAttempt}. */
export interface WatchAttemptOptions {
  /** Ms that the attempt may take, unless its files may take longer, and that anything may stand still. */
  timeout: { attempt: number; idle: number };
  /** The way of the files in its body. */
  passage: Passage | undefined;
  /** Called when the attempt has to be cut: how its files' way has ended, and why, in words. */
  onOver: (how: "too_slow" | "stood_still", reason: string) => void;
}

/** Sees to it that an attempt ends. */
export interface AttemptWatch {
  /** So many bytes of the body were handed over; in the end, none. */
  bodyMoved(bytes: number): void;
  /** More of the answer is waited for; or no more. */
  answerMoved(goesOn: boolean): void;
  /** Whether some of the body is yet to be handed over. */
  readonly isSending: boolean;
  /** Ms in which the attempt was under way and the machine awake. */
  readonly awake: number;
  /** Ends the watch. */
  close(): void;
}

/**
 * What is handed over without a pause of so many ms may all be in a buffer of the kernel's (some MiB, if the next station is
 * near). Such a buffer takes nothing until a third of it is empty, so that a body which moves slowly seems to stand still for
 * a while: at most for so many times the idle limit, since it is not known whether there is such a buffer.
 */
const BURST_PAUSE = 1_000;
const MOST_HIDDEN = 3;

/** Begins to watch an attempt that begins now. */
export function watchAttempt({ timeout, passage, onOver }: WatchAttemptOptions): AttemptWatch {
  let deadline!: TimeLimit;
  let granted = 0;
  let idle: TimeLimit | undefined;
  let isSending = false;
  let burst = 0;
  let longestBurst = 0;
  let takenAt = -Infinity;

  function grantTime(): void {
    // More may have been learnt of the line meanwhile.
    const time = Math.max(timeout.attempt, passage?.time ?? 0);
    if (granted >= time) return onOver("too_slow", `no answer within ${Math.round(time)} ms`);
    deadline = createTimeLimit(time - granted, grantTime);
    granted = time;
  }

  function moved(goesOn: boolean, hidden = 0): void {
    idle?.close();
    passage?.moved();
    if (!goesOn) return;
    const time = timeout.idle + Math.min(hidden, MOST_HIDDEN * timeout.idle);
    const reason = `nothing was seen to move for ${Math.round(time)} ms, with an idle limit of ${timeout.idle} ms`;
    idle = createTimeLimit(time, () => onOver("stood_still", reason));
  }

  grantTime();
  return {
    bodyMoved(bytes) {
      isSending = bytes > 0;
      const now = runtime.elapsed();
      burst = now - takenAt > BURST_PAUSE ? bytes : burst + bytes;
      longestBurst = Math.max(longestBurst, burst);
      takenAt = now;
      moved(isSending, passage?.timeFor(longestBurst / 3));
    },
    answerMoved: moved,
    get isSending() {
      return isSending;
    },
    get awake() {
      return granted - deadline.left;
    },
    close() {
      deadline.close();
      idle?.close();
    },
  };
}
