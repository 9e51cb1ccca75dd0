/** One request that went through a tap. */
export interface TappedCall {
  /** Last piece of its path, such as `upload_video_part`. */
  name: string;
  /** Whole path. */
  path: string;
  /** JSON body, if it has one. */
  json: Promise<unknown>;
  /** Whether it is under way, was answered, or was cut by its signal. */
  state: "open" | "answered" | "cut" | "failed";
  /** `performance.now()` when it stopped being open. */
  endedAt?: number;
}

/** Calls that are held back until somebody lets them go. */
export interface Hold {
  /** How many wait here now. */
  waiting(): number;
  /** Lets the one go that has waited the longest. */
  releaseOne(): void;
  /** Lets all go, also those that are still to come. */
  release(): void;
}

/** A `fetch` that can be watched and stopped. */
export interface TappedFetch {
  fetch: typeof fetch;
  /** Every request, in the order in which they began. */
  calls: TappedCall[];
  /** Names of the requests, in that order. */
  names(): string[];
  /** Requests with this name. */
  named(name: string): TappedCall[];
  /** How many of them are under way. */
  open(name: string): number;
  /** The most that ever were under way at once. */
  most(name: string): number;
  /** Holds requests back that have this name: before they go out, or when their answer is there. */
  hold(name: string, when?: "before" | "after"): Hold;
}

/** Makes a tap on the runtime's own `fetch`: what passes through it crosses a real socket. */
export function tapFetch(): TappedFetch {
  const calls: TappedCall[] = [];
  const most = new Map<string, number>();
  const holds: { name: string; when: string; wait: (signal: AbortSignal) => Promise<void> }[] = [];
  const named = (name: string) => calls.filter((call) => call.name === name);
  const open = (name: string) => named(name).filter(({ state }) => state === "open").length;

  async function pass(name: string, when: string, signal: AbortSignal): Promise<void> {
    for (const hold of holds) if (hold.name === name && hold.when === when) await hold.wait(signal);
  }

  return {
    calls,
    names: () => calls.map(({ name }) => name),
    named,
    open,
    most: (name) => most.get(name) ?? 0,
    async fetch(input, init) {
      const signal = init!.signal!;
      const path = new URL(input as string).pathname;
      const json = Promise.resolve(typeof init!.body === "string" ? JSON.parse(init!.body) : undefined);
      const call: TappedCall = { name: path.split("/").at(-1)!, path, json, state: "open" };
      calls.push(call);
      most.set(call.name, Math.max(most.get(call.name) ?? 0, open(call.name)));
      try {
        await pass(call.name, "before", signal);
        const response = await fetch(input, init);
        await pass(call.name, "after", signal);
        call.state = "answered";
        return response;
      } catch (error) {
        call.state = signal.aborted ? "cut" : "failed";
        throw error;
      } finally {
        call.endedAt = performance.now();
      }
    },
    hold(name, when = "before") {
      const waiting: (() => void)[] = [];
      let released = false;
      const wait = async (signal: AbortSignal) => {
        if (released) return;
        const { promise, resolve, reject } = Promise.withResolvers<void>();
        const leave = () => {
          waiting.splice(waiting.indexOf(resolve), 1);
          reject(signal.reason);
        };
        signal.throwIfAborted();
        signal.addEventListener("abort", leave, { once: true });
        waiting.push(resolve);
        await promise.finally(() => signal.removeEventListener("abort", leave));
      };
      holds.push({ name, when, wait });
      return {
        waiting: () => waiting.length,
        releaseOne: () => waiting.shift()?.(),
        release: () => {
          released = true;
          for (const resolve of waiting.splice(0)) resolve();
        },
      };
    },
  };
}
