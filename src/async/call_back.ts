/**
 * Calls a function of the caller's, which may be asynchronous. What it throws or rejects with is handed on; it never ends
 * the process.
 *
 * @param callback The function, if there is one.
 * @param event What it is told.
 * @param onError Called with what it throws or rejects with.
 */
export function callBack<Event>(
  callback: ((event: Event) => unknown) | undefined,
  event: Event,
  onError: (error: unknown) => void,
): void {
  try {
    const returned = callback?.(event);
    const isAsync = typeof (returned as PromiseLike<unknown> | undefined)?.then === "function";
    if (isAsync) Promise.resolve(returned).catch(onError);
  } catch (error) {
    onError(error);
  }
}
