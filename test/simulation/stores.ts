import type { KeyValueStore, StoredValue, StoreLock } from "../../mod.ts";
import type { Random } from "../reliability/soak/plan.ts";
import type { Clockwork, Machine } from "./clockwork.ts";

/** What can go wrong with one use of the store. */
export type StoreFault = "fails" | "hangs" | "slow";

/** One use of the store that goes wrong. */
export interface StoreTrouble {
  /** Which, from 1, of all that is asked of the store. */
  call: number;
  fault: StoreFault;
  /** How slow, in ms. */
  ms: number;
}

/** A store that all machines share, such as a database. */
export interface SharedStore {
  /** The store as one machine sees it. */
  viewOf(machine: Machine): KeyValueStore;
  /** What is in it. */
  read(key: string): unknown;
  /** Keys that are locked by machines that live. */
  locked(): string[];
  /** Whether a machine waits for it. */
  readonly busy: number;
}

/** Options of {@linkcode createSharedStore}. */
export interface SharedStoreOptions {
  clockwork: Clockwork;
  /** The machine that it runs on. */
  host: Machine;
  random: Random;
  /** Whether it can lock. */
  canLock: boolean;
  troubles: readonly StoreTrouble[];
  /** Called with everything that is written. */
  onSet: (key: string, value: StoredValue) => void;
}

/** Makes a store with nothing in it. What was asked of it takes its time, and is done even if who asked is killed. */
export function createSharedStore(options: SharedStoreOptions): SharedStore {
  const { clockwork, host, random, canLock, troubles, onSet } = options;
  const values = new Map<string, string>();
  const locks = new Map<string, Machine>();
  let calls = 0;
  /** Who waits for it. */
  const waiting: Machine[] = [];

  function ask<T>(work: (machine: Machine) => T): Promise<T> {
    const asker = clockwork.actor();
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const trouble = troubles.find(({ call }) => call === calls + 1);
    calls++;
    if (trouble?.fault === "hangs") return promise;
    const there = random.next() * 5;
    const back = random.next() * 5 + (trouble?.fault === "slow" ? trouble.ms : 0);
    waiting.push(asker.machine);
    clockwork.later({ machine: host }, there, () => {
      let settle: () => void;
      if (trouble?.fault === "fails") settle = () => reject(new Error("The store is down"));
      else {
        const value = work(asker.machine);
        settle = () => resolve(value);
      }
      clockwork.later(asker, back, () => {
        waiting.splice(waiting.indexOf(asker.machine), 1);
        settle();
      });
    });
    return promise;
  }

  return {
    viewOf: () => ({
      get: (key) =>
        ask(() => {
          const text = values.get(key);
          return text === undefined ? undefined : JSON.parse(text);
        }),
      set(key, value: StoredValue) {
        const text = JSON.stringify(value);
        return ask(() => {
          values.set(key, text);
          onSet(key, value);
        });
      },
      remove: (key) => ask(() => void values.delete(key)),
      ...(canLock && {
        lock: (key: string) =>
          ask((machine): StoreLock | undefined => {
            if (locks.get(key)?.isAlive) return undefined;
            locks.set(key, machine);
            // As a lease that runs out, a lock goes whatever becomes of the store's answer.
            return { release: () => void locks.delete(key) };
          }),
      }),
    }),
    read: (key) => JSON.parse(values.get(key) ?? "null"),
    locked: () => [...locks].filter(([, { isAlive }]) => isAlive).map(([key]) => key),
    get busy() {
      return waiting.filter(({ isAlive }) => isAlive).length;
    },
  };
}
