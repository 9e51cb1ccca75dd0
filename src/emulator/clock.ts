import { runtime } from "../runtime.ts";

/** A time, which may differ from the machine's. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Whole seconds since 1970. */
  seconds(): number;
  /** A clock that is that many seconds ahead of this one. */
  shifted(seconds: number): Clock;
}

/** Creates a clock that is `offset` seconds ahead of the machine's. */
export function createClock(offset: number): Clock {
  const now = () => runtime.now() + Math.round(offset * 1000);
  return {
    now,
    seconds: () => Math.floor(now() / 1000),
    shifted: (seconds) => createClock(offset + seconds),
  };
}
