// Taken before a test can put a fake in its place.
const { setTimeout } = globalThis;

/** Waits until something has come to be. Fails by the test's own time limit if it never does. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 2));
}
