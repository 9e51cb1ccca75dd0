import { AsyncLocalStorage } from "node:async_hooks";
import { createHmac } from "node:crypto";
import { replaceRuntime } from "../../src/runtime.ts";
import { createRandom, type Random } from "../reliability/soak/plan.ts";
import { createTimetable, type Entry } from "./timetable.ts";

/** A simulated process: it has a clock and dice of its own, and when it is killed, everything of it is gone. */
export interface Machine {
  readonly name: string;
  isAlive: boolean;
  /** Ms by which its clock is wrong. */
  skew: number;
  /** When it wakes up, by the world's clock. */
  wakesAt: number;
  readonly random: Random;
  /** Timers that are set. */
  timers: number;
}

/** One piece of work of a machine, to which all that it sets off belongs. */
export interface Task {
  readonly name: string;
  /** Timers that are set. */
  timers: number;
}

/** Who does what is being done. */
export interface Actor {
  readonly machine: Machine;
  /** Which of its work it is, if it is any of those that are watched. */
  readonly task?: Task | undefined;
}

/** Virtual time, and everything that happens in it, one thing after the other. */
export interface Clockwork {
  /** Ms since the world began. */
  readonly now: number;
  /** Makes a process. */
  boot(name: string, seed: number): Machine;
  /** Ends a process as `kill -9` does: none of its timers goes off, none of its promises settles any more. */
  kill(machine: Machine): void;
  /** A process sleeps for so many ms, with its whole machine: what was to happen in it happens when it wakes up. */
  suspend(machine: Machine, ms: number): void;
  /** Does something now, as part of a machine's work. */
  as<T>(actor: Actor, work: () => T): T;
  /** Who does what is being done. */
  actor(): Actor;
  /** Does something later, as part of a machine's work, unless that is dead by then. */
  later(actor: Actor, ms: number, work: () => void): Entry;
  /** Does nothing of what was to be done later. */
  forget(entry: Entry): void;
  /** Lets everything end that needs no time. */
  settle(): Promise<void>;
  /** Lets the next thing happen; `false` when nothing is left. */
  step(): Promise<boolean>;
  /** Puts the real machine back. */
  close(): void;
}

/** When all worlds begin, in ms since 1970: some day in 2026, far from midnight in UTC+8. */
export const WORLD_BEGINS: number = Date.UTC(2026, 5, 1, 3, 0, 0);

const actors = new AsyncLocalStorage<Actor>();

/** How something is done in the name of an actor. To make such a context anew for each event would take as long as the event. */
type Enter = <T>(work: () => T) => T;
const enterTask = new WeakMap<Machine | Task, Enter>();

function enter({ machine, task }: Actor): Enter {
  const known = enterTask.get(task ?? machine);
  if (known !== undefined) return known;
  const made = actors.run({ machine, task }, () => AsyncLocalStorage.snapshot()) as Enter;
  enterTask.set(task ?? machine, made);
  return made;
}

/**
 * Puts itself in the machine's place (`runtime.ts`) until it is closed.
 *
 * The events are a queue of our own and not a library's fake timers: a timer has to belong to a process that can be
 * killed, what the network carries has to come in the same order, and nothing of what runs here asks for global timers.
 */
export function startClockwork(): Clockwork {
  const timetable = createTimetable();
  let now = 0;
  let uuids = 0;

  function actor(): Actor {
    const found = actors.getStore();
    if (found === undefined) throw new Error("Nobody does what is being done");
    return found;
  }

  function later(actor: Actor, ms: number, work: () => void): Entry {
    return timetable.add(now + ms, actor, work);
  }

  const restore = replaceRuntime({
    now: () => Math.floor(WORLD_BEGINS + now + actor().machine.skew),
    elapsed: () => now,
    setTimer(run, ms) {
      const { machine, task } = actor();
      machine.timers++;
      if (task !== undefined) task.timers++;
      // As all runtimes do: nothing comes sooner than in a millisecond.
      return later(actor(), Math.max(1, ms), () => {
        machine.timers--;
        if (task !== undefined) task.timers--;
        run();
      });
    },
    clearTimer(timer) {
      const entry = timer as Entry | undefined;
      if (entry === undefined || entry.isOver) return;
      timetable.remove(entry);
      entry.actor.machine.timers--;
      if (entry.actor.task !== undefined) entry.actor.task.timers--;
    },
    random: () => actor().machine.random.next(),
    uuid() {
      const hex = (++uuids).toString(16).padStart(8, "0") +
        Array.from({ length: 3 }, () => (actor().machine.random.next() * 2 ** 32 >>> 0).toString(16).padStart(8, "0"))
          .join("");
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
    },
    // In one go: Web Crypto has threads of its own, which nobody can put in order.
    hmacSha256: (key) => async (message) => await createHmac("sha256", key).update(message).digest("hex"),
  });

  /** All that waits for nothing but its turn has had it when the event loop comes round. */
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

  return {
    get now() {
      return now;
    },
    boot: (name, seed) => ({ name, isAlive: true, skew: 0, wakesAt: -Infinity, random: createRandom(seed), timers: 0 }),
    kill(machine) {
      machine.isAlive = false;
    },
    suspend: (machine, ms) => void (machine.wakesAt = Math.max(machine.wakesAt, now + ms)),
    as: (actor, work) => enter(actor)(work),
    actor,
    later,
    forget: timetable.remove,
    settle,
    async step() {
      const entry = timetable.next();
      if (entry === undefined) return false;
      if (entry.actor.machine.wakesAt > entry.due) {
        timetable.putOff(entry, entry.actor.machine.wakesAt);
        return true;
      }
      now = Math.max(now, entry.due);
      if (entry.actor.machine.isAlive) enter(entry.actor)(entry.work);
      await settle();
      return true;
    },
    close: restore,
  };
}
