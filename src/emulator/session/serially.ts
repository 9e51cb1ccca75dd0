const tails = new WeakMap<object, Promise<unknown>>();

/**
 * Runs work on `owner` when all earlier work on it has ended, so that a part being written and a complete, say, never
 * see each other half done.
 */
export function serially<Result>(owner: object, work: () => Promise<Result>): Promise<Result> {
  const turn = (tails.get(owner) ?? Promise.resolve()).then(work);
  tails.set(owner, turn.catch(() => {}));
  return turn;
}
