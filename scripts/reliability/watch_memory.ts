import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** What the process has used, in MiB. */
export interface MemorySample {
  heap: number;
  rss: number;
}

/** Takes samples of this process's memory, each after a garbage collection, so that only what is kept counts. */
export function createMemoryWatch(): { sample(): void; samples: MemorySample[] } {
  setFlagsFromString("--expose-gc");
  const collect: () => void = runInNewContext("gc");
  const samples: MemorySample[] = [];
  return {
    samples,
    sample() {
      collect();
      const { heapUsed, arrayBuffers, rss } = process.memoryUsage();
      samples.push({ heap: (heapUsed + arrayBuffers) / 2 ** 20, rss: rss / 2 ** 20 });
    },
  };
}
