/** Whether what takes long is run in full: `.ci/run` does, and so does `FULL_TESTS=1 npm test`. */
export const isFull: boolean = globalThis.process?.env["FULL_TESTS"] !== undefined;

/** How many cases a property is tried with: all of them in full, else a tenth, and 20 at the least. */
export function runs(inFull: number): number {
  return isFull ? inFull : Math.max(20, Math.ceil(inFull / 10));
}
