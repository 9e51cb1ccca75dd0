import type { Clockwork } from "./clockwork.ts";

/** Everything that happens in a world, in its order. */
export interface Trace {
  add(...words: (string | number)[]): void;
  /** Sixteen hex digits that stand for all of it. */
  hash(): string;
  /** All of it, if it is kept. */
  readonly lines: string[];
}

/** Begins a trace; its lines are kept only if that is asked for. */
export function createTrace(clockwork: Clockwork, keeps: boolean): Trace {
  const lines: string[] = [];
  // Two hashes of 32 bits, FNV-1a and one that rotates: SHA-256 would take as long as the world.
  let a = 0x811c9dc5;
  let b = 0x9747b28c;
  return {
    lines,
    add(...words) {
      const line = `${clockwork.now.toFixed(3)} ${words.join(" ")}`;
      for (let index = 0; index < line.length; index++) {
        const code = line.charCodeAt(index);
        a = Math.imul(a ^ code, 0x01000193);
        b = Math.imul((b << 5 | b >>> 27) ^ code, 0x85ebca6b);
      }
      if (keeps) lines.push(line);
    },
    hash: () => [a, b].map((half) => (half >>> 0).toString(16).padStart(8, "0")).join(""),
  };
}
