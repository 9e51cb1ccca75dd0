import type { Part } from "../../stream/part.ts";

/** Looks at one part of a resumed upload, and says what is to be done. */
export type ResumeGate = (part: Part) => GateVerdict;

/** What a resumed upload learns of the part at hand. */
export interface GateVerdict {
  /** It was acknowledged before, and is the same: it is skipped. */
  known: boolean;
  /** It is not what was acknowledged under its number: the source has changed. */
  changed: boolean;
  /** What may be sent now: this part, and those that waited before it; nothing as long as it has to wait itself. */
  ready: Part[];
}

/**
 * Makes the gate that parts pass, in order, when an upload is resumed. Nothing gets through before all the parts that
 * were acknowledged have been compared with the source. Those that wait are the holes between acknowledged parts, so
 * fewer than were in flight when the upload was interrupted, whatever this one's concurrency is.
 *
 * @param known MD5 of each acknowledged part.
 * @returns The gate, which has seen no part.
 */
export function createResumeGate(known: ReadonlyMap<number, string>): ResumeGate {
  const last = Math.max(-1, ...known.keys());
  let waiting: Part[] = [];

  return (part) => {
    const md5 = known.get(part.seq);
    const changed = md5 !== undefined && md5 !== part.md5;
    if (md5 === undefined || changed) waiting.push(part);
    if (part.seq < last && !changed) return { known: md5 !== undefined, changed, ready: [] };
    const ready = waiting;
    waiting = [];
    return { known: md5 !== undefined && !changed, changed, ready };
  };
}
