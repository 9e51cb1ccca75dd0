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
