import { getEventListeners } from "node:events";

/** A signal that tells how many listeners it has. */
export interface WatchedSignal {
  controller: AbortController;
  signal: AbortSignal;
  /** Listeners that were added and not taken off. */
  listeners(): number;
  /** The most there ever were. */
  most(): number;
}

/** Makes a signal that counts its listeners: by itself everywhere, and on Node by the runtime's own count, too. */
export function watchSignal(): WatchedSignal {
  const controller = new AbortController();
  const { signal } = controller;
  const live = new Set<unknown>();
  let most = 0;
  const add = signal.addEventListener.bind(signal) as EventTarget["addEventListener"];
  const remove = signal.removeEventListener.bind(signal) as EventTarget["removeEventListener"];
  signal.addEventListener = (...args: Parameters<EventTarget["addEventListener"]>) => {
    live.add(args[1]);
    most = Math.max(most, live.size);
    add(...args);
  };
  signal.removeEventListener = (...args: Parameters<EventTarget["removeEventListener"]>) => {
    live.delete(args[1]);
    remove(...args);
  };
  const isNode = !("Deno" in globalThis) && !("Bun" in globalThis);
  return {
    controller,
    signal,
    listeners: () => Math.max(live.size, isNode ? getEventListeners(signal, "abort").length : 0),
    most: () => most,
  };
}
