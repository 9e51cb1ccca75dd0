import type { Actor } from "./clockwork.ts";

/** Something that is to be done. */
export interface Entry {
  /** When, in ms since the world began. */
  due: number;
  /** Of what is due at once, the first that was put down goes first. */
  order: number;
  readonly actor: Actor;
  readonly work: () => void;
  /** It was done, or is not to be done any more. */
  isOver: boolean;
}

/** What is to be done, in order of time. */
export interface Timetable {
  add(due: number, actor: Actor, work: () => void): Entry;
  remove(entry: Entry): void;
  /** Puts one that was taken out in again, for later. */
  putOff(entry: Entry, due: number): void;
  /** Takes out what is due first; nothing when nothing is left. */
  next(): Entry | undefined;
}

/** Makes a timetable with nothing in it: a binary heap, out of which what was removed falls when its time comes. */
export function createTimetable(): Timetable {
  const heap: Entry[] = [];
  let count = 0;

  const isBefore = (a: Entry, b: Entry) => a.due < b.due || (a.due === b.due && a.order < b.order);

  function push(entry: Entry): void {
    let index = heap.length;
    heap.push(entry);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (isBefore(heap[parent]!, entry)) break;
      heap[index] = heap[parent]!;
      index = parent;
    }
    heap[index] = entry;
  }

  function pop(): Entry | undefined {
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || heap.length === 0) return first;
    let index = 0;
    while (true) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++;
      if (!isBefore(heap[child]!, last!)) break;
      heap[index] = heap[child]!;
      index = child;
    }
    heap[index] = last!;
    return first;
  }

  return {
    add(due, actor, work) {
      const entry = { due, order: count++, actor, work, isOver: false };
      push(entry);
      return entry;
    },
    remove: (entry) => void (entry.isOver = true),
    putOff(entry, due) {
      Object.assign(entry, { due, order: count++, isOver: false });
      push(entry);
    },
    next() {
      for (let entry = pop(); entry !== undefined; entry = pop()) {
        if (entry.isOver) continue;
        entry.isOver = true;
        return entry;
      }
      return undefined;
    },
  };
}
