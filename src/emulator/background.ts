/** Work that goes on after its request was answered. */
export interface Background {
  /** Minds that it ends. A failure is told, unless the emulator is closing. */
  add(work: Promise<void>): void;
  /** Resolves when all of it has ended. */
  settled(): Promise<void>;
}

/**
 * Creates it, with nothing to do.
 *
 * @param closing Aborts when the emulator closes.
 */
export function createBackground(closing: AbortSignal): Background {
  const running = new Set<Promise<void>>();
  const tell = (error: unknown) => {
    if (!closing.aborted) console.error(error);
  };
  return {
    add(work) {
      const ended = work.catch(tell).finally(() => running.delete(ended));
      running.add(ended);
    },
    async settled() {
      await Promise.all(running);
    },
  };
}
