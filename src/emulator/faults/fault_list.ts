import { type Fault, type FaultKind, JUDGED_FAULTS } from "./fault.ts";
import { checkFault, matchesEndpoint, parseFault } from "./parse_fault.ts";

/** A fault that was added. */
export interface AddedFault extends Fault {
  /** Its name, for {@linkcode FaultControl.clear}. */
  id: string;
  /** Calls of its endpoint since it was added. */
  seen: number;
  /** How often it has fired. */
  fired: number;
}

/** What goes wrong, to be changed while the emulator runs. */
export interface FaultControl {
  /**
   * Adds a fault; one that was added before goes first where two fire at once.
   *
   * @param fault A fault, or its text for {@linkcode parseFault}.
   * @returns Its id.
   * @throws {InvalidInputError} When it is no fault.
   */
  add(fault: Fault | string): string;
  /**
   * Removes a fault, or all of them.
   *
   * @param id Which. @default all
   * @returns How many were removed.
   */
  clear(id?: string): number;
  /** All faults, in the order in which they were added. */
  list(): AddedFault[];
}

/** What goes wrong with one request. */
export interface FiringFaults {
  /** All faults that fire. */
  faults: FaultKind[];
  /** The first of them that touches the answer. */
  fault: Fault | undefined;
  /** Seconds by which the clock is ahead, all faults together. */
  clockOffset: number;
  /** To be called when the request was answered. */
  leave(): void;
}

/** The control, and what the emulator itself asks. */
export interface FaultList extends FaultControl {
  /** Counts a request, and tells what goes wrong with it. */
  enter(path: string): FiringFaults;
}

interface Entry {
  id: string;
  fault: Fault;
  picks: Picker;
  seen: number;
  fired: number;
  inFlight: number;
}

/** Creates the list, with faults that are there from the beginning. */
export function createFaultList(faults: readonly (Fault | string)[] = []): FaultList {
  let entries: Entry[] = [];
  let count = 0;
  const faultList: FaultList = {
    add(given) {
      const fault = typeof given === "string" ? parseFault(given) : checkFault(given);
      const id = String(++count);
      entries.push({ id, fault, picks: createPicker(fault), seen: 0, fired: 0, inFlight: 0 });
      return id;
    },
    clear(id) {
      const before = entries.length;
      entries = id === undefined ? [] : entries.filter((entry) => entry.id !== id);
      return before - entries.length;
    },
    list: () => entries.map(({ id, fault, seen, fired }) => ({ ...fault, id, seen, fired })),
    enter(path) {
      const met = entries.filter(({ fault }) => matchesEndpoint(fault.endpoint ?? "*", path));
      for (const entry of met) entry.inFlight += 1;
      const firing = met.filter(fires).map(({ fault }) => fault);
      return {
        faults: firing.map(({ kind }) => kind),
        fault: firing.find(({ kind }) => !JUDGED_FAULTS.has(kind)),
        clockOffset: firing.reduce((sum, { offset = 0 }) => sum + offset, 0),
        leave: () => {
          for (const entry of met) entry.inFlight -= 1;
        },
      };
    },
  };
  for (const fault of faults) faultList.add(fault);
  return faultList;
}

/** Every entry counts every request that it is about, whether or not another one fires. */
function fires(entry: Entry): boolean {
  entry.seen += 1;
  if (!entry.picks(entry.seen)) return false;
  if (entry.fault.kind === "rate-limit" && entry.inFlight <= (entry.fault.limit ?? 0)) return false;
  entry.fired += 1;
  return true;
}

/** Tells whether a fault fires on the n-th call, counted from 1. To be asked once for each call, in order. */
type Picker = (call: number) => boolean;

function createPicker({ calls, every, probability, seed = 1 }: Fault): Picker {
  if (calls !== undefined) {
    const picked = new Set([calls].flat());
    return (call) => picked.has(call);
  }
  if (every !== undefined) return (call) => call % every === 0;
  if (probability === undefined) return () => true;
  const random = createRandom(seed);
  return () => random() < probability;
}

/** Numbers from 0 to below 1 that look random and depend on nothing but the seed (Mulberry32). */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
