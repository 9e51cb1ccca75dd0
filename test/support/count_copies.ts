import { onTestFinished, vi } from "vitest";

/** How many bytes were moved in memory, and how many were taken for it. */
export interface CopyCount {
  /** Bytes written from one array to another, by any means that JavaScript has. */
  copied: number;
  /** Bytes of new, empty buffers. */
  allocated: number;
}

/** Options of {@linkcode countCopies}. */
export interface CountCopiesOptions {
  /** Told of each new, empty buffer. */
  onAllocate?: (bytes: number) => void;
}

/** Counts copies and allocations of byte arrays until the test ends. */
export function countCopies({ onAllocate }: CountCopiesOptions = {}): CopyCount {
  const count: CopyCount = { copied: 0, allocated: 0 };
  const prototype = Uint8Array.prototype;
  const { set, slice, copyWithin } = prototype;
  const original = globalThis.Uint8Array;
  const bufferSlice = ArrayBuffer.prototype.slice;
  const restores = [
    patch(prototype, "set", function (this: Uint8Array, source: ArrayLike<number>, offset?: number) {
      count.copied += source.length;
      set.call(this, source, offset);
    }),
    patch(prototype, "slice", function (this: Uint8Array, start?: number, end?: number) {
      const part = slice.call(this, start, end);
      count.copied += part.length;
      return part;
    }),
    patch(prototype, "copyWithin", function (this: Uint8Array, target: number, start: number, end?: number) {
      count.copied += (end ?? this.length) - start;
      return copyWithin.call(this, target, start, end);
    }),
    patch(ArrayBuffer.prototype, "slice", function (this: ArrayBuffer, start?: number, end?: number) {
      const part = bufferSlice.call(this, start, end);
      count.copied += part.byteLength;
      return part;
    }),
  ];
  vi.stubGlobal(
    "Uint8Array",
    new Proxy(original, {
      construct(target, args, newTarget) {
        const [given] = args;
        const array: Uint8Array = Reflect.construct(target, args, newTarget);
        if (typeof given === "number") {
          count.allocated += given;
          onAllocate?.(given);
        } else if (given?.buffer !== undefined || Array.isArray(given)) count.copied += array.length;
        return array;
      },
    }),
  );
  onTestFinished(() => {
    vi.unstubAllGlobals();
    for (const restore of restores) restore();
  });
  return count;
}

function patch(target: object, name: string, value: unknown): () => void {
  const descriptor = Object.getOwnPropertyDescriptor(target, name) ?? { configurable: true, writable: true };
  const inherited = !Object.hasOwn(target, name);
  Object.defineProperty(target, name, { ...descriptor, value });
  return () => {
    if (inherited) delete (target as Record<string, unknown>)[name];
    else Object.defineProperty(target, name, descriptor);
  };
}
