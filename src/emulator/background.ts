/** Work that goes on after its request was answered. */
export interface Background {
  /** Minds that it ends. A failure is nobody's business once the emulator closes. */
  add(work: Promise<void>): void;
  /** Resolves when all of it has ended. */
  settled(): Promise<void>;
}

/** Creates it, with nothing to do. */
export function createBackground(): Background {
  const running = new Set<Promise<void>>();
  return {
    add(work) {
      const ended = work.catch(() => {}).finally(() => running.delete(ended));
      running.add(ended);
    },
    async settled() {
      await Promise.all(running);
    },
  };
}
