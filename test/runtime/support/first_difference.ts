/** The index of the first byte in which the two differ, -1 if there is none. For files that no report should print. */
export function firstDifference(actual: Uint8Array, expected: Uint8Array): number {
  const length = Math.max(actual.length, expected.length);
  for (let index = 0; index < length; index++) {
    if (actual[index] !== expected[index]) return index;
  }
  return -1;
}
