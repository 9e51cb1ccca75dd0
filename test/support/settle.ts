// Taken before a test can put a fake in its place.
const { setTimeout, setImmediate } = globalThis;

/** What became of a promise. */
export type Settled<T> = { value: T; error?: undefined } | { value?: undefined; error: unknown };

/** Waits for a promise whatever becomes of it, so that its error can be looked at. */
export async function settle<T>(promise: Promise<T>): Promise<Settled<T>> {
  try {
    return { value: await promise };
  } catch (error) {
    return { error };
  }
}

/** Waits until something has come to be. Fails by the test's own time limit if it never does. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 1));
}

/** Lets everything happen that can happen by itself. */
export async function quiet(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
}
